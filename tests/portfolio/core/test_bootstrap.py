"""The preparation of .venv, with a real pip, real processes and packages made on the spot."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from portfolio.config import ROOT
from portfolio.core.bootstrap import environment, installer, stamp
from portfolio.core.bootstrap.errors import DISK_FULL, PreparationError
from portfolio.core.bootstrap.progress import Progress

SETS = ["requirements.txt"]


def make_wheel(folder: Path, name: str, version: str = "1.0", modules: int = 1) -> str:
    """Write a wheel with so many modules and return its line for a locked requirement file."""
    files = {f"{name}/__init__.py": f"VERSION = {version!r}\n"}
    files |= {f"{name}/part_{number}.py": f"NUMBER = {number}\n" for number in range(modules)}
    info = f"{name}-{version}.dist-info"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text)}")
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one small locked package, and a pip that looks for packages in a folder only."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "requirements.txt").write_text(make_wheel(tmp_path / "wheels", "hello"))
    for name in [key for key in os.environ if key.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return tmp_path


def prepare(root: Path) -> str:
    """Prepare and return what was told."""
    told = io.StringIO()
    environment.prepare(root, SETS, progress=Progress(told))
    return told.getvalue()


def ask(root: Path, program: str) -> str:
    """The answer of a program under the prepared interpreter."""
    python = root / ".venv" / "bin" / "python"
    return subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def start(root: Path) -> subprocess.Popen[str]:
    """A preparation in a process of its own, and a process group of its own."""
    program = (
        "import sys; from pathlib import Path; from portfolio.core.bootstrap.environment import prepare;"
        f"prepare(Path(sys.argv[1]), {SETS!r})"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(root)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Poll until it holds; fail loudly when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the awaited state did not come"
        time.sleep(0.005)


def test_first_start_makes_an_environment_without_any_pip_of_the_machine(root: Path) -> None:
    told = prepare(root)
    assert ask(root, "import hello; print(hello.VERSION)") == "1.0"
    assert ask(root, "import importlib.util as u; print(u.find_spec('pip'))") == "None"
    assert told.splitlines()[0].startswith("กำลังเตรียมโปรแกรม … (ครั้งแรกใช้เวลาสักครู่) / Preparing the program")
    assert told.splitlines()[2] == "  1/1  hello"


def test_second_start_only_looks_at_the_stamp(root: Path) -> None:
    prepare(root)
    log = root / ".venv" / "portfolio-install.log"
    log.unlink()
    assert prepare(root) == ""
    assert not log.exists()


def test_changed_requirements_are_added_to_the_environment(root: Path) -> None:
    prepare(root)
    (root / ".venv" / "kept").touch()
    (root / "requirements.txt").write_text(make_wheel(root / "wheels", "hello", "2.0"))
    prepare(root)
    assert ask(root, "import hello; print(hello.VERSION)") == "2.0"
    assert (root / ".venv" / "kept").exists()


def test_an_environment_of_another_python_is_made_anew(root: Path) -> None:
    prepare(root)
    interpreter = root / ".venv" / "bin" / "python"
    interpreter.unlink()
    interpreter.symlink_to(root / "python-that-was-upgraded-away")
    (root / ".venv" / "old").touch()
    prepare(root)
    assert ask(root, "import hello; print(hello.VERSION)") == "1.0"
    assert not (root / ".venv" / "old").exists()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"python": "cpython-27 vax"}'])
def test_a_stamp_that_does_not_say_so_is_no_stamp(root: Path, text: str) -> None:
    (root / ".venv").mkdir()
    (root / ".venv" / stamp.NAME).write_text(text)
    assert not stamp.holds(root / ".venv", stamp.wanted(root, SETS))


def test_a_stamp_holds_for_fewer_requirement_sets_but_not_for_more(root: Path) -> None:
    (root / ".venv").mkdir()
    (root / "requirements-test.txt").write_text("")
    both = stamp.wanted(root, [*SETS, "requirements-test.txt"])
    stamp.write(root / ".venv", both)
    assert stamp.holds(root / ".venv", stamp.wanted(root, SETS))
    stamp.write(root / ".venv", stamp.wanted(root, SETS))
    assert not stamp.holds(root / ".venv", both)


@pytest.mark.parametrize("whole_group", [True, False], ids=["with its pip", "leaving its pip behind"])
def test_a_killed_installation_is_mended(root: Path, whole_group: bool) -> None:
    (root / "requirements.txt").write_text(make_wheel(root / "wheels", "bulky", modules=4000))
    killed = start(root)
    packages = site_packages(root)
    wait_for(lambda: (packages / "bulky" / "part_50.py").exists())
    if whole_group:
        os.killpg(killed.pid, signal.SIGKILL)
    else:
        killed.kill()
    killed.communicate()
    assert not (root / ".venv" / stamp.NAME).exists()
    prepare(root)
    assert len(list((packages / "bulky").glob("part_*.py"))) == 4000
    assert ask(root, "import bulky.part_3999; print(bulky.part_3999.NUMBER)") == "3999"


def site_packages(root: Path) -> Path:
    """Where packages of the environment will lie."""
    tag = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return root / ".venv" / "lib" / tag / "site-packages"


def test_starts_at_the_same_time_install_once_and_all_succeed(root: Path) -> None:
    starts = [start(root) for _ in range(4)]
    told = [process.communicate(timeout=120)[1] for process in starts]
    assert [process.returncode for process in starts] == [0, 0, 0, 0], told
    assert sum("Installing" in text for text in told) == 1
    assert ask(root, "import hello; print(hello.VERSION)") == "1.0"


def test_a_start_whose_folder_was_deleted_while_it_waited_makes_it_again(root: Path) -> None:
    (root / ".venv").mkdir()
    with environment.exclusive(root / ".venv", on_wait=lambda: None):
        waiting = start(root)
        assert waiting.stderr is not None
        assert "Waiting for another start" in waiting.stderr.readline()
        shutil.rmtree(root / ".venv")
    waiting.communicate(timeout=120)
    assert waiting.returncode == 0
    assert ask(root, "import hello; print(hello.VERSION)") == "1.0"


def test_a_damaged_pip_is_refused(tmp_path: Path) -> None:
    for file in installer.HERE.glob("pip-*.whl*"):
        shutil.copy(file, tmp_path)
    wheel = installer.vendored_pip(tmp_path)
    with wheel.open("ab") as file:
        file.write(b"x")
    with pytest.raises(PreparationError, match="is damaged"):
        installer.vendored_pip(tmp_path)


def test_a_pip_without_its_checksum_is_refused(tmp_path: Path) -> None:
    shutil.copy(installer.vendored_pip(), tmp_path)
    with pytest.raises(PreparationError, match="is damaged"):
        installer.vendored_pip(tmp_path)


def test_a_missing_pip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PreparationError, match="must hold one pip wheel"):
        installer.vendored_pip(tmp_path)


def test_a_package_with_another_checksum_is_refused(root: Path) -> None:
    make_wheel(root / "wheels", "hello", modules=2)
    with pytest.raises(PreparationError, match="does not match the locked checksum"):
        prepare(root)
    assert not (root / ".venv" / stamp.NAME).exists()
    assert ask(root, "import importlib.util as u; print(u.find_spec('hello'))") == "None"


def test_a_refused_change_leaves_the_environment_usable_for_the_next_try(root: Path) -> None:
    prepare(root)
    (root / ".venv" / "kept").touch()
    line = make_wheel(root / "wheels", "more")
    wheel = root / "wheels" / "more-1.0-py3-none-any.whl"
    wheel.rename(root / "away.whl")
    (root / "requirements.txt").write_text(line)
    with pytest.raises(PreparationError, match="does not offer a ready-made package"):
        prepare(root)
    (root / "away.whl").rename(wheel)
    prepare(root)
    assert (root / ".venv" / "kept").exists()
    assert ask(root, "import more; print(more.VERSION)") == "1.0"


def test_no_network_is_one_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # the discard port, closed everywhere
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(PreparationError) as refusal:
        prepare(root)
    assert str(refusal.value).startswith("เชื่อมต่อแหล่งดาวน์โหลดไม่ได้ โปรดต่ออินเทอร์เน็ต")
    assert "\n" not in str(refusal.value)


def test_settings_that_would_install_elsewhere_are_left_aside(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", str(root / "elsewhere"))
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", str(root / "elsewhere"))
    prepare(root)
    monkeypatch.delenv("PYTHONPATH")
    assert ask(root, "import hello; print(hello.VERSION)") == "1.0"
    assert not (root / "elsewhere").exists()


def test_a_full_disk_under_this_program_is_one_line(root: Path) -> None:
    prepare(root)
    (root / ".venv" / "portfolio-install.log").unlink()
    (root / ".venv" / "portfolio-install.log").symlink_to("/dev/full")
    (root / "requirements.txt").write_text(make_wheel(root / "wheels", "hello", "2.0"))
    with pytest.raises(PreparationError, match=f"^{DISK_FULL}$"):
        prepare(root)


def test_a_full_disk_under_pip_is_one_line(root: Path) -> None:
    fake = root / "full" / "pip"
    fake.mkdir(parents=True)
    (fake / "__main__.py").write_text(
        "print('ERROR: Could not install packages: [Errno 28] No space left on device'); raise SystemExit(1)"
    )
    with (
        environment.exclusive(root / "full", on_wait=lambda: None) as lock,
        pytest.raises(PreparationError, match=f"^{DISK_FULL}"),
    ):
        installer.install(
            Path(sys.executable),
            [root / "requirements.txt"],
            log=root / "log",
            lock=lock,
            progress=Progress(io.StringIO()),
            pip=root / "full",
        )


def test_a_file_in_the_place_of_the_environment_is_named(root: Path) -> None:
    (root / ".venv").touch()
    with pytest.raises(PreparationError, match=r"\.venv: File exists"):
        prepare(root)


def test_a_terminal_without_thai_still_gets_the_english_half() -> None:
    raw = io.BytesIO()
    progress = Progress(io.TextIOWrapper(raw, encoding="ascii"))
    progress.say("พร้อมแล้ว", "Ready")
    assert raw.getvalue() == b"????????? / Ready\n"


def test_every_locked_requirement_carries_checksums_and_names_no_registry() -> None:
    for file in sorted(ROOT.glob("requirements*.txt")):
        text = file.read_text()
        pins = [block for block in text.replace("\\\n", " ").splitlines() if "==" in block and block[0] not in " #"]
        assert pins, file
        assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
        assert "://" not in text
        assert "-url" not in text
