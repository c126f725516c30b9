"""A file in pieces through the whole application, beside writing the same bytes plainly in the same pieces.

Both sync each piece. Ours checks session, permission, offset and lock, promises every piece in a row, and in the end
reads the file through for its SHA-256. The ratio is what the promise costs.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

MIB = 1024 * 1024
PIECE = 8 * MIB
SIZE = 256 * MIB
ROUNDS = 3
HEADERS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}


def main() -> None:
    """Run both, the better of three rounds each, and print megabytes a second and the ratio."""
    pieces = _pieces()
    with tempfile.TemporaryDirectory(prefix="uploads-") as folder:
        client, headers = _client(Path(folder))
        ours = min(_ours(client, headers, pieces, number) for number in range(ROUNDS))
        plain = min(_plain(Path(folder) / f"plain-{number}", pieces) for number in range(ROUNDS))
    for name, seconds in (("plain writing, synced", plain), ("uploaded in pieces", ours)):
        print(f"{name:24} {SIZE / MIB / seconds:8.0f} MiB/s")
    print(f"an upload takes {ours / plain:.2f} times as long as writing its {SIZE // MIB} MiB plainly")


def _pieces() -> list[bytes]:
    """Noise that calls itself a sound file, so that nothing is looked into but the container."""
    pieces = [os.urandom(PIECE) for _number in range(SIZE // PIECE)]
    pieces[0] = b"RIFF" + (SIZE - 8).to_bytes(4, "little") + b"WAVEfmt " + pieces[0][16:]
    return pieces


def _client(folder: Path) -> tuple[Any, dict[str, str]]:
    os.environ.update(PORTFOLIO_VAR=str(folder / "var"), PORTFOLIO_SAMPLE_DATA="no")
    import run
    from portfolio.core import migrate
    from portfolio.core.db import engine_of, transaction
    from portfolio.organizations.models import Role
    from tests.builders.accounts import signed_in
    from tests.builders.organizations import make_person

    app = run.create()
    with app.app_context():
        migrate.upgrade(engine_of(app))
        with transaction():
            owner = make_person(Role.ACADEMIC).id
    client = signed_in(app, owner)
    client.environ_base["HTTP_HOST"] = "127.0.0.1"
    page = client.get("/evidence/new").get_data(as_text=True)
    key = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    return client, {**HEADERS, "X-CSRFToken": key}


def _ours(client: Any, headers: dict[str, str], pieces: list[bytes], number: int) -> float:
    start = time.perf_counter()
    name = "bm9pc2Uud2F2"  # noise.wav
    announced = client.post(
        "/evidence/uploads", headers={**headers, "Upload-Length": str(SIZE), "Upload-Metadata": f"filename {name}"}
    )
    place = announced.headers["Location"]
    for index, piece in enumerate(pieces):
        sent = client.patch(
            place,
            data=piece,
            headers={
                **headers,
                "Upload-Offset": str(index * PIECE),
                "Content-Type": "application/offset+octet-stream",
            },
        )
        if sent.status_code != 204:
            raise SystemExit(f"piece {index} of round {number}: {sent.status_code}")
    done = client.post(f"{place}/completion", headers=headers)
    if done.get_json()["state"] != "taken":
        raise SystemExit(f"round {number}: {done.get_data(as_text=True)}")
    return time.perf_counter() - start


def _plain(path: Path, pieces: list[bytes]) -> float:
    start = time.perf_counter()
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
