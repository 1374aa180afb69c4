"""A release is the same to the byte, whoever makes it; its notes are what the changelog says."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "addon" / "packaging"))

import release  # noqa: E402


def test_the_wheel_is_the_same_each_time_and_its_sums_are_true(tmp_path: Path) -> None:
    made = [release.wheel(tmp_path / name) for name in ("one", "two") if not (tmp_path / name).mkdir()]
    assert made[0].read_bytes() == made[1].read_bytes()
    (made[0].parent / "SHA256SUMS").write_text(release.checksums([made[0]]))
    digest = hashlib.sha256(made[1].read_bytes()).hexdigest()
    assert (made[0].parent / "SHA256SUMS").read_text() == f"{digest}  {made[0].name}\n"
    code = "import bilabial, bilabial.resources as r; assert (r.folder('rigs') / 'arkit-52.json').is_file()"
    done = subprocess.run(  # a wheel is a zip that Python can import from, but for its data: unpack it
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(unpacked(made[0]))!r}); {code}"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def unpacked(wheel: Path) -> Path:
    import zipfile

    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_notes_are_the_newest_section() -> None:
    told = release.notes("# Changes\n\n## 2\n\n- new\n\n## 1\n\n- old\n")
    assert told == "## 2\n\n- new\n"
