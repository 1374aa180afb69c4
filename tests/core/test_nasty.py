"""What a tester who trusts nothing names on the command line: devices, pipes, books, orders to a terminal."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial import contents, json_text, tables
from bilabial.batch.lines import Line, read_lines
from bilabial.batch.report import Outcome, Status, as_text
from bilabial.cli import main
from bilabial.curves import format as curves_format
from bilabial.errors import BilabialError, PhoneError
from bilabial.expression.emotion.by_hand import read_tags
from bilabial.json_text import read_json
from bilabial.locks import writing
from bilabial.phonemes import lexicon, transcript
from bilabial.phonemes.lexicon import read_lexicon
from bilabial.phonemes.transcript import explain_heard, read_transcript
from bilabial.portrait import stills
from bilabial.portrait.stills import StillError, read_still
from bilabial.refusals import sentence
from bilabial.retarget import profile_format
from bilabial.retarget.profile_format import read_profile

ENDLESS = Path("/dev/zero")


@pytest.mark.skipif(not ENDLESS.exists(), reason="Unix")
@pytest.mark.parametrize(
    ("read", "module", "limit"),
    [
        (read_transcript, transcript, "LARGEST_TEXT"),
        (read_lexicon, lexicon, "_MOST"),
        (curves_format.load, curves_format, "LARGEST_JSON"),
        (lambda path: read_json(path, "end"), json_text, "LARGEST_JSON"),
        (read_still, stills, "LARGEST_PICTURE"),
        (read_profile, profile_format, "LARGEST_TEXT"),
        (lambda path: list(tables.read_rows(path)), tables, "LARGEST_TABLE"),
    ],
    ids=["transcript", "lexicon", "take", "json", "picture", "profile", "table"],
)
def test_what_never_ends_is_refused_at_the_limit(
    read: Callable[[Path], object], module: object, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, 1 << 20)
    with pytest.raises(BilabialError, match=r"larger than|has more than"):
        read(ENDLESS)


def test_a_pipe_is_read_as_a_file_is(tmp_path: Path) -> None:
    """As in `bilabial batch <(make-a-list)`: nothing can be sought in it, and it tells no size."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def through(data: bytes, read: Callable[[Path], object]) -> object:
        writer = threading.Thread(target=lambda: pipe.write_bytes(data))
        writer.start()
        try:
            return read(pipe)
        finally:
            writer.join()

    lines = through(b"sound;take\na.wav;a.json\n", lambda path: read_lines(path))
    assert [line.take.name for line in lines] == ["a.json"]  # type: ignore[attr-defined]
    assert through(b"mop easy", read_transcript) == "mop easy"
    whole = b"x" * (contents._BLOCK + 7)
    assert through(whole, lambda path: contents.contents(path, len(whole))) == whole
    assert through(whole, lambda path: contents.contents(path, len(whole) - 1)) is None


def test_a_book_for_a_line_of_sound_is_refused_before_a_word_is_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten megabytes of text kept a core for minutes, and did not fit then."""
    groups = np.full((40, 21), 1 / 21, np.float32)

    def looked_up(*_: object) -> None:
        raise AssertionError("words were looked up")

    monkeypatch.setattr(transcript, "words_of", looked_up)
    for book in ("mama pop " * 1_000_000, "m" * 10_000_000):
        with pytest.raises(PhoneError, match=r"characters, far more than 0\.4 s"):
            explain_heard(groups, None, book, "en")
    with pytest.raises(AssertionError):
        explain_heard(groups, None, "mama " * 200, "en")
    subtitles = "\n\n".join(f"1\n00:00:00,000 --> 00:00:00,300\n{'mama ' * 20}" for _ in range(50))
    with pytest.raises(PhoneError, match="far more"):
        explain_heard(groups, None, subtitles, "en")
    assert read_tags("mama pop " * 2_000_000) == ((), ())


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert main([str(argument) for argument in arguments]) == 2
    return capsys.readouterr().err


def test_names_and_labels_give_a_terminal_no_orders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "a\x1b[31m\u202egnp\u2066.wav"
    told = said(capsys, "generate", tmp_path / name)
    assert "a\\u001b[31m\\u202egnp\\u2066.wav" in told
    assert not {"\x1b", "\u202e", "\u2066"} & set(told)


def test_a_line_of_the_report_is_a_line_whatever_its_file_is_called(tmp_path: Path) -> None:
    line = Line(2, tmp_path / "a\nb.wav", tmp_path / "a\nb.json")
    failed = Outcome(line, Status.FAILED, "a\nb.wav is empty")
    noted = Outcome(line, Status.DONE, "made again")
    text = as_text([failed, noted], 1.0)
    assert sum("line 2" in row for row in text.splitlines()) == 2
    assert "a\\nb.wav: " in text and "a\\nb.wav is empty" in text and "a\\nb.json: made again" in text


@pytest.fixture
def take(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "a.wav", np.zeros(8000), 16_000)
    (tmp_path / "a.lab").write_text("0 2000000 m\n2000000 5000000 aa\n")
    made = tmp_path / "a.json"
    assert (
        main(["generate", str(tmp_path / "a.wav"), "--phones", str(tmp_path / "a.lab"), "-o", str(made)]) == 0
    )
    return made


@pytest.fixture
def a_plain_user() -> Iterator[None]:
    """Root may write anywhere; without its powers it is a user like any other."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before, now = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    now[:] = before[:]
    now[0] = 0  # effective, the first 32 of them
    assert libc.capset(header, now) == 0
    yield
    assert libc.capset(header, before) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="rights of Linux")
@pytest.mark.usefixtures("a_plain_user")
def test_a_folder_that_takes_no_files_is_told_by_the_name_that_was_given(
    take: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not by the name of the lock, which nobody gave."""
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    told = said(capsys, "edit", take, "--style", "shout", "-o", closed / "b.json")
    assert f"cannot write {closed / 'b.json'}: Permission denied; choose another place" in told
    assert ".lock" not in told and list(closed.iterdir()) == []


def test_a_full_disk_is_a_full_disk_already_at_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from bilabial import locks

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(locks, "_taken", full)
    with pytest.raises(OSError) as caught, writing(tmp_path / "a.json"):
        pass
    assert "the disk is full" in sentence(caught.value)


def test_a_file_where_a_folder_belongs(
    take: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.csv").write_text("sound,take\na.wav,b.json\n")
    told = said(capsys, "farm", "bundle", tmp_path / "list.csv", "-o", tmp_path / "a.wav")
    assert "is a file where a folder belongs: name another place" in told


def test_one_damaged_take_hides_nothing_of_the_others(
    take: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "takes"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.take.json").write_bytes(take.read_bytes())
    (folder / "b.take.json").write_bytes(take.read_bytes()[:3000])
    capsys.readouterr()
    assert main(["check", str(folder), "--no-ear", "--csv"]) == 1
    told = capsys.readouterr()
    assert "a.take.json" in told.out and "c.take.json" in told.out
    assert "b.take.json is damaged" in told.err and "1 of 3 takes cannot be read" in told.err
    for name in "ac":
        (folder / f"{name}.take.json").write_bytes(b"")
    assert "none of these 3 takes can be read" in said(capsys, "check", folder, "--no-ear")


def test_a_list_that_is_not_there_and_one_that_is_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "there is no file" in said(capsys, "batch", tmp_path / "list.csv")
    assert "is a folder: name a csv file in it" in said(capsys, "batch", tmp_path)


def test_what_is_no_picture_is_said_without_our_own_objects(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"RIFFxxxx")
    with pytest.raises(StillError, match=r"is no picture that can be read: export it as PNG or JPEG"):
        read_still(tmp_path / "a.png")


def test_a_picture_that_unpacks_without_end(tmp_path: Path) -> None:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + head + body)
    with pytest.raises(StillError, match=r"has more than 150 million pixels: scale it"):
        read_still(tmp_path / "a.png")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="systems that always have a screen")
def test_the_studio_says_that_there_is_no_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt ended the process, with a core dumped."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "there is no screen here" in said(capsys, "studio")
    assert "there is no file or folder" in said(capsys, "studio", tmp_path / "nothing")
