"""Draws photograph-like pictures of fictional places for the sample evidence, from words such as "mountains"."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Sequence
from datetime import datetime

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1600, 1067
HORIZON = 0.46
Colour = tuple[int, int, int]
Painter = Callable[["Canvas"], None]


class Canvas:
    """A picture in the making, with its own dice."""

    def __init__(self, seed: str) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - draws hills, guards nothing
        self.image = Image.new("RGB", (WIDTH, HEIGHT), (198, 215, 228))
        self.pen = ImageDraw.Draw(self.image)

    def gradient(self, top: Colour, bottom: Colour, start: float, end: float) -> None:
        """Fill a horizontal band from one colour to another; `start` and `end` are shares of the height."""
        first, last = int(start * HEIGHT), int(end * HEIGHT)
        for row in range(first, last):
            share = (row - first) / max(1, last - first)
            self.pen.line([(0, row), (WIDTH, row)], fill=_mix(top, bottom, share))

    def ridge(self, base: float, height: float, colour: Colour, rough: int) -> None:
        """A line of hills; all measures are shares of the height."""
        phases = [(self.dice.uniform(0, 6.3), self.dice.uniform(0.5, 1)) for _ in range(rough)]
        points = [(0.0, float(HEIGHT))]
        for x in range(0, WIDTH + 20, 20):
            wave = sum(
                weight * math.sin(x / WIDTH * 3.1 * (place + 1) + phase) / (place + 1)
                for place, (phase, weight) in enumerate(phases)
            )
            points.append((float(x), (base - height * (0.5 + wave / 3)) * HEIGHT))
        points.append((float(WIDTH), float(HEIGHT)))
        self.pen.polygon(points, fill=colour)

    def speckle(self, top: float, bottom: float, colours: Sequence[Colour], count: int, size: int) -> None:
        """Leaves, grass or gravel between two heights, larger towards the viewer."""
        for _ in range(count):
            y = self.dice.uniform(top, bottom)
            near = (y - top) / max(0.01, bottom - top)
            x, radius = self.dice.uniform(0, WIDTH), max(1.0, size * (0.3 + near))
            self.pen.ellipse(
                [x, y * HEIGHT, x + radius, y * HEIGHT + radius * 0.6], fill=self.dice.choice(list(colours))
            )


def draw(scene: Sequence[str], *, seed: str, taken: datetime) -> bytes:
    """A JPEG of 1600 × 1067 pixels showing what the words say, with its date in the EXIF record."""
    canvas = Canvas(seed)
    for paint in _in_order(scene):
        paint(canvas)
    return _developed(canvas, taken)


def _in_order(scene: Sequence[str]) -> list[Painter]:
    """Far things first, whatever order the words come in."""
    words = " ".join(scene)
    painters: list[Painter] = [_sky_morning if "morning" in words else _sky]
    if "sun" in scene:
        painters.append(_sun)
    painters.append(_sea if "sea" in words else _hills)
    if "stream" in words or "weir" in words:
        painters.append(_stream)
    for word, painter in (("tree", _trees), ("boat", _boats), ("dryer", _dryer), ("panel", _panel), ("rail", _rail)):
        if word in words:
            painters.append(painter)
    count = next((n for word, n in (("two", 2), ("three", 3), ("four", 4), ("group", 7)) if word in words), 0)
    if count:
        painters.append(lambda canvas: _people(canvas, count))
    if "tray" in words:
        painters.append(_trays)
    return painters


def _sky(canvas: Canvas) -> None:
    canvas.gradient((120, 168, 210), (222, 232, 236), 0, HORIZON + 0.06)
    _clouds(canvas, (246, 248, 249))


def _sky_morning(canvas: Canvas) -> None:
    canvas.gradient((116, 150, 190), (246, 214, 176), 0, HORIZON + 0.06)
    _clouds(canvas, (250, 226, 202))


def _clouds(canvas: Canvas, colour: Colour) -> None:
    veil = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(veil)
    for _ in range(26):
        x, y = canvas.dice.uniform(-200, WIDTH), canvas.dice.uniform(0.02, 0.3) * HEIGHT
        wide = canvas.dice.uniform(160, 480)
        pen.ellipse([x, y, x + wide, y + wide * 0.18], fill=canvas.dice.randrange(60, 140))
    veil = veil.filter(ImageFilter.GaussianBlur(38))
    canvas.image.paste(Image.new("RGB", (WIDTH, HEIGHT), colour), mask=veil)


def _sun(canvas: Canvas) -> None:
    glow = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(glow).ellipse([WIDTH * 0.7, HEIGHT * 0.04, WIDTH * 0.9, HEIGHT * 0.34], fill=230)
    canvas.image.paste(
        Image.new("RGB", (WIDTH, HEIGHT), (255, 246, 220)), mask=glow.filter(ImageFilter.GaussianBlur(70))
    )


def _hills(canvas: Canvas) -> None:
    canvas.ridge(HORIZON + 0.02, 0.28, (126, 151, 164), 5)
    canvas.ridge(HORIZON + 0.06, 0.2, (92, 126, 112), 6)
    canvas.ridge(HORIZON + 0.12, 0.12, (66, 102, 70), 7)
    canvas.gradient((104, 128, 72), (122, 112, 70), HORIZON + 0.12, 1)
    canvas.speckle(HORIZON + 0.1, 1, [(88, 116, 60), (120, 138, 78), (144, 130, 84), (74, 98, 54)], 9000, 12)


def _sea(canvas: Canvas) -> None:
    canvas.ridge(HORIZON, 0.06, (120, 138, 150), 4)
    canvas.gradient((128, 158, 174), (66, 104, 122), HORIZON - 0.01, 0.8)
    canvas.speckle(HORIZON, 0.8, [(170, 194, 204), (92, 128, 146), (222, 214, 196)], 3800, 22)
    canvas.gradient((196, 180, 148), (168, 148, 112), 0.8, 1)
    canvas.speckle(0.8, 1, [(182, 164, 130), (206, 192, 160), (146, 126, 94)], 4200, 7)


def _stream(canvas: Canvas) -> None:
    banks = [(0.52, 0.56), (0.44, 0.66), (0.52, 0.78), (0.3, 1.0)]
    left = [(x * WIDTH, y * HEIGHT) for x, y in banks]
    right = [((x + 0.05 + (y - 0.5) * 0.8) * WIDTH, y * HEIGHT) for x, y in reversed(banks)]
    canvas.pen.polygon(left + right, fill=(112, 146, 152))
    for _ in range(420):
        y = canvas.dice.uniform(0.58, 0.99)
        x = canvas.dice.uniform(0.46, 0.5 + (y - 0.5) * 0.7)
        length = canvas.dice.uniform(10, 60) * (y + 0.2)
        canvas.pen.line([(x * WIDTH, y * HEIGHT), (x * WIDTH + length, y * HEIGHT)], fill=(196, 214, 214), width=2)
    for place in range(12):  # the stones of the weir
        x = (0.42 + place * 0.022) * WIDTH
        canvas.pen.ellipse([x, HEIGHT * 0.695, x + 52, HEIGHT * 0.735], fill=(126 + place % 3 * 14, 120, 112))


def _trees(canvas: Canvas) -> None:
    for x, tall in ((0.16, 0.5), (0.84, 0.56)):
        foot = 0.8 * HEIGHT
        canvas.pen.polygon(
            [
                (x * WIDTH - 20, foot),
                (x * WIDTH + 22, foot),
                (x * WIDTH + 9, foot - tall * HEIGHT * 0.7),
                (x * WIDTH - 7, foot - tall * HEIGHT * 0.7),
            ],
            fill=(82, 66, 52),
        )
        for _ in range(420):
            angle, far = canvas.dice.uniform(0, 6.3), math.sqrt(canvas.dice.random())
            cx = x * WIDTH + math.cos(angle) * far * 210
            cy = foot - tall * HEIGHT * 0.78 + math.sin(angle) * far * 150
            size = canvas.dice.uniform(14, 40)
            canvas.pen.ellipse(
                [cx, cy, cx + size, cy + size * 0.7],
                fill=canvas.dice.choice([(52, 82, 44), (70, 104, 54), (92, 126, 66), (40, 66, 38)]),
            )


def _boats(canvas: Canvas) -> None:
    for x, y, long, hull in (
        (0.18, 0.62, 210, (62, 92, 122)),
        (0.55, 0.57, 150, (134, 62, 52)),
        (0.76, 0.66, 240, (72, 102, 78)),
    ):
        left, water = x * WIDTH, y * HEIGHT
        canvas.pen.polygon(
            [
                (left, water - 22),
                (left + long, water - 34),
                (left + long * 0.86, water + 18),
                (left + long * 0.12, water + 18),
            ],
            fill=hull,
        )
        canvas.pen.line([(left + long * 0.4, water - 24), (left + long * 0.4, water - 130)], fill=(70, 58, 46), width=5)
        canvas.pen.rectangle([left + long * 0.15, water + 18, left + long * 0.9, water + 30], fill=(74, 98, 108))


def _dryer(canvas: Canvas) -> None:
    left, top, right, foot = 0.3 * WIDTH, 0.36 * HEIGHT, 0.9 * WIDTH, 0.74 * HEIGHT
    canvas.pen.pieslice(
        [left, top, right, foot + (foot - top)], 180, 360, fill=(196, 212, 214), outline=(150, 160, 162), width=5
    )
    for place in range(9):
        x = left + (right - left) * (place + 0.5) / 9
        canvas.pen.line(
            [(x, foot), (x, foot - (foot - top) * math.sin(math.pi * (place + 0.5) / 9))], fill=(166, 178, 180), width=4
        )
    canvas.pen.rectangle([left, foot - 12, right, foot + 10], fill=(120, 112, 102))
    canvas.pen.rectangle(
        [left + 250, foot - 190, left + 350, foot], fill=(142, 156, 158), outline=(110, 118, 120), width=4
    )


def _panel(canvas: Canvas) -> None:
    canvas.pen.polygon([(110, 560), (370, 500), (400, 610), (140, 670)], fill=(38, 56, 92))
    for place in range(1, 6):
        canvas.pen.line(
            [(110 + 52 * place, 560 - 12 * place), (140 + 52 * place, 670 - 12 * place)], fill=(120, 140, 176), width=2
        )
    canvas.pen.line([(250, 640), (250, 780)], fill=(96, 96, 98), width=10)


def _rail(canvas: Canvas) -> None:
    for height in (0.8, 0.86):
        canvas.pen.line([(0, height * HEIGHT), (WIDTH, (height + 0.02) * HEIGHT)], fill=(120, 92, 64), width=16)
    for place in range(9):
        x = place * 200 + 60
        canvas.pen.line([(x, 0.78 * HEIGHT), (x, 0.96 * HEIGHT)], fill=(104, 78, 54), width=20)


def _people(canvas: Canvas, count: int) -> None:
    clothes = [(164, 66, 58), (58, 92, 142), (206, 186, 132), (74, 116, 92), (122, 84, 132), (210, 210, 204)]
    for place in range(count):
        x = (0.5 + (place - (count - 1) / 2) * min(0.13, 0.62 / count)) * WIDTH + canvas.dice.uniform(-16, 16)
        tall = canvas.dice.uniform(220, 262)
        foot = 0.9 * HEIGHT + canvas.dice.uniform(-14, 14)
        shirt = canvas.dice.choice(clothes)
        canvas.pen.ellipse([x - 54, foot - 10, x + 62, foot + 10], fill=(70, 70, 54))
        for side in (-14, 14):
            canvas.pen.line([(x + side, foot), (x + side * 0.7, foot - tall * 0.45)], fill=(58, 58, 70), width=24)
        canvas.pen.rounded_rectangle([x - 38, foot - tall * 0.82, x + 38, foot - tall * 0.4], 22, fill=shirt)
        canvas.pen.line(
            [(x - 34, foot - tall * 0.74), (x - 58, foot - tall * 0.46)], fill=_mix(shirt, (0, 0, 0), 0.15), width=20
        )
        canvas.pen.line(
            [(x + 34, foot - tall * 0.74), (x + 62, foot - tall * 0.54)], fill=_mix(shirt, (0, 0, 0), 0.15), width=20
        )
        canvas.pen.rectangle([x + 48, foot - tall * 0.62, x + 92, foot - tall * 0.48], fill=(236, 232, 218))
        canvas.pen.ellipse([x - 23, foot - tall, x + 23, foot - tall * 0.8], fill=(150, 110, 84))
        canvas.pen.pieslice([x - 40, foot - tall - 14, x + 40, foot - tall * 0.84], 180, 360, fill=(196, 172, 118))


def _trays(canvas: Canvas) -> None:
    for row in range(2):
        for column in range(5):
            x, y = 120 + column * 290 + row * 40, (0.86 + row * 0.07) * HEIGHT
            canvas.pen.polygon([(x, y), (x + 230, y), (x + 214, y + 56), (x - 16, y + 56)], fill=(150, 132, 106))
            for _ in range(130):
                cx, cy = canvas.dice.uniform(x, x + 210), canvas.dice.uniform(y + 6, y + 48)
                canvas.pen.line(
                    [(cx, cy), (cx + 12, cy + 4)],
                    fill=canvas.dice.choice([(176, 34, 28), (142, 24, 24), (204, 62, 40)]),
                    width=4,
                )


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _developed(canvas: Canvas, taken: datetime) -> bytes:
    """Soft focus, grain and darker corners, as a hand-held camera would give."""
    soft = canvas.image.filter(ImageFilter.GaussianBlur(1.6))
    grain = Image.new("L", (WIDTH // 2, HEIGHT // 2))
    grain.putdata([canvas.dice.randrange(112, 144) for _ in range((WIDTH // 2) * (HEIGHT // 2))])
    grained = ImageChops.overlay(soft, Image.merge("RGB", [grain.resize((WIDTH, HEIGHT))] * 3))
    corners = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(corners).ellipse([-WIDTH * 0.15, -HEIGHT * 0.2, WIDTH * 1.15, HEIGHT * 1.2], fill=255)
    corners = corners.filter(ImageFilter.GaussianBlur(180))
    developed = Image.composite(grained, grained.point(lambda value: int(value * 0.72)), corners)
    exif = Image.Exif()
    exif[0x0132] = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[0x010E] = "Fictional picture drawn for sample data"
    out = io.BytesIO()
    developed.save(out, "JPEG", quality=84, exif=exif)
    return out.getvalue()
