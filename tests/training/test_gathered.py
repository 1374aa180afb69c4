"""A studio's recordings become a set: named, split by speaker, and never touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.errors import FormatError
from bilabial.exchange.phones import write_phones
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.training.cli.commands import main
from bilabial.training.data.sets import Problems, read_set
from bilabial.training.make.gathered import gather

PHONES = PhoneTrack.of(
    [Phone(0.0, 0.2, "SIL", "SIL"), Phone(0.2, 0.5, "m", "MBP"), Phone(0.5, 1.0, "a", "Ah")]
)


def recording(folder: Path, name: str, text: str | None = "ma", grid: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.wav"
    noise = 0.1 * np.random.default_rng(len(name)).standard_normal(16_000)
    soundfile.write(path, noise.astype(np.float32), 16_000)
    if text is not None:
        path.with_suffix(".txt").write_text(text, encoding="utf-8")
    if grid:
        write_phones(PHONES, path.with_suffix(".TextGrid"))
    return path


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_words_and_times_become_a_set_and_recordings_stay_as_they_are(tmp_path: Path) -> None:
    for speaker in ("anna", "ben", "cleo"):
        recording(tmp_path / "recordings" / speaker, "one")
    recording(tmp_path / "recordings" / "ben", "two", text=None, grid=True)
    before = everything(tmp_path / "recordings")
    assert main(["gather", str(tmp_path / "recordings"), str(tmp_path / "ours"), "--language", "fr"]) == 0
    assert everything(tmp_path / "recordings") == before
    clips = {clip.name: clip for clip in read_set(tmp_path / "ours", Problems(strict=True))}
    assert sorted(clips) == [f"ours/{name}.wav" for name in ("anna/one", "ben/one", "ben/two", "cleo/one")]
    assert {clip.speaker for clip in clips.values() if clip.split == "dev"} == {"cleo"}
    assert clips["ours/anna/one.wav"].text == "ma" and clips["ours/anna/one.wav"].language == "fr"
    timed = clips["ours/ben/two.wav"].phones
    assert timed is not None and [(p.start, p.group) for p in timed] == [
        (0.0, "SIL"),
        (0.2, "MBP"),
        (0.5, "Ah"),
    ]
    assert (tmp_path / "ours" / "audio").exists() is False  # nothing is copied


def test_who_is_held_out_can_be_named_and_one_voice_is_split_by_clips(tmp_path: Path) -> None:
    for number in range(12):
        recording(tmp_path / "alone" / "anna", f"line{number:02d}")
    gather(tmp_path / "alone", tmp_path / "one", "en", [], Problems())
    held = [clip.name for clip in read_set(tmp_path / "one", Problems()) if clip.split == "dev"]
    assert held == ["one/anna/line05.wav", "one/anna/line11.wav"]
    recording(tmp_path / "alone" / "ben", "line")
    gather(tmp_path / "alone", tmp_path / "two", "en", ["anna"], Problems())
    assert {c.speaker for c in read_set(tmp_path / "two", Problems()) if c.split == "train"} == {"ben"}
    with pytest.raises(FormatError, match="no speaker 'dora': use one of anna, ben"):
        gather(tmp_path / "alone", tmp_path / "three", "en", ["dora"], Problems())


def test_what_is_wrong_is_named_and_left_out(tmp_path: Path) -> None:
    home = tmp_path / "recordings" / "anna"
    recording(home, "good")
    recording(home, "bare", text=None)
    recording(home, "latin").with_suffix(".txt").write_bytes("café".encode("latin-1"))
    recording(home, "cut").with_suffix(".TextGrid").write_text("File type =")
    recording(home, "a\tb")
    problems = Problems()
    gather(tmp_path / "recordings", tmp_path / "ours", "en", [], problems)
    assert [clip.name for clip in read_set(tmp_path / "ours", Problems())] == ["ours/anna/good.wav"]
    told = "\n".join(problems.messages)
    for part in ("neither bare.TextGrid nor bare.txt", "latin.txt is not UTF-8", "cut.wav: ", "holds a tab"):
        assert part in told
    assert len(problems) == 4


def test_a_set_is_not_written_over_and_an_empty_folder_is_refused(tmp_path: Path) -> None:
    recording(tmp_path / "recordings", "one")
    gather(tmp_path / "recordings", tmp_path / "ours", "en", [], Problems())
    with pytest.raises(FormatError, match="is a set already"):
        gather(tmp_path / "recordings", tmp_path / "ours", "en", [], Problems())
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="holds no sound with a TextGrid"):
        gather(tmp_path / "empty", tmp_path / "nothing", "en", [], Problems())
    assert not (tmp_path / "nothing").exists()
    assert main(["gather", str(tmp_path / "nowhere"), str(tmp_path / "x")]) == 2
