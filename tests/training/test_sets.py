"""Bad input of training sets: named, left out, counted; strict stops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bilabial.errors import BilabialError, FormatError
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.training.data.sets import Problems, read_phones_tsv, read_set, write_phones_tsv
from bilabial.training.data.writing import SetWriter
from bilabial.training.labels.stress import with_stress

pytest.importorskip("torch")

from bilabial.training.cli.commands import main
from bilabial.training.data.batches import Sampler, SamplerOptions, build_corpus, hold_out, split_anew


def make_set(folder: Path, clips: int = 4, seconds: float = 1.0) -> Path:
    random = np.random.default_rng(0)
    with SetWriter(folder) as out:
        for number in range(clips):
            samples = (0.1 * random.standard_normal(int(16_000 * seconds))).astype(np.float32)
            phones = [(0.0, 0.2, "SIL"), (0.2, 0.5, "m"), (0.5, seconds, "a")]
            out.add(f"c{number}", samples, phones, speaker=f"s{number}", language="en", text="ma")
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def corpus_of(folder: Path, cache: Path, problems: Problems) -> object:
    return build_corpus({folder.name: read_set(folder, problems)}, cache, problems, (1.0, 1.1))


def test_a_good_set_is_read_whole(tmp_path: Path) -> None:
    problems = Problems()
    corpus = corpus_of(make_set(tmp_path / "good"), tmp_path / "cache", problems)
    assert len(corpus.phones) == 4 and len(problems) == 0
    groups, _ = corpus.targets("good/c0")
    assert len(groups) == 101
    faster, _ = corpus.targets("good/c0", 1.1)
    assert np.flatnonzero(np.diff(faster)).tolist() == [18, 45]  # 0.2 s and 0.5 s, a tenth faster


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "audio/c1.flac").unlink(), "there is no file"),
        (lambda folder: (folder / "audio/c1.flac").write_bytes(b"not a sound"), "cannot be read"),
        (lambda folder: change(folder / "phones.tsv", "c1\t0.5000\t1.0000", "c1\t0.5000\t3.0000"),
        "labels end at 3.00"),
        (lambda folder: change(folder / "phones.tsv", "c1\t0.2000\t0.5000\tm", "c1\t0.2000\t0.5000\t§7"),
        "'§7'"),
        (lambda folder: change(folder / "phones.tsv", "c1\t0.2000", "c1\tsoon"), "no readable times"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_clip_is_named_and_the_rest_used(
    tmp_path: Path, spoil: object, reason: str
) -> None:
    folder = make_set(tmp_path / "set")
    spoil(folder)  # type: ignore[operator]
    problems = Problems()
    corpus = corpus_of(folder, tmp_path / "cache", problems)
    assert sorted(corpus.phones) == ["set/c0", "set/c2", "set/c3"]
    assert len(problems) == 1 and "c1" in problems.messages[0] and reason in problems.messages[0]
    with pytest.raises(FormatError, match="c1"):
        corpus_of(folder, tmp_path / "cache2", Problems(strict=True))


def test_no_such_set_and_no_such_column(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no set at"):
        read_set(tmp_path / "nowhere", Problems())
    folder = make_set(tmp_path / "set")
    change(folder / "manifest.tsv", "speaker", "talker")
    with pytest.raises(FormatError, match="speaker"):
        read_set(folder, Problems())
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="holds no sounds"):
        read_set(tmp_path / "empty", Problems())


def test_sounds_with_text_grids(tmp_path: Path) -> None:
    from bilabial.exchange.phones import write_phones

    folder = tmp_path / "studio"
    make_set(folder / "ann")
    for clip in (folder / "ann/audio").iterdir():
        write_phones(PhoneTrack.of([Phone(0.2, 0.5, "m", "MBP")]), clip.with_suffix(".TextGrid"))
    (folder / "ann/audio/c3.TextGrid").unlink()
    problems = Problems()
    clips = read_set(folder, problems)
    assert len(clips) == 3 and clips[0].phones is not None and clips[0].speaker == "audio"
    assert len(problems) == 1 and "c3" in problems.messages[0]


def test_stress_comes_from_the_words() -> None:
    labels = ["dh", "ah", "b", "ah", "t", "er"]
    timed = [(i / 10, i / 10 + 0.1, label) for i, label in enumerate(labels)]
    assert [label for _, _, label in with_stress(timed, "The butter")] == [
        "DH",
        "AH0",
        "B",
        "AH1",
        "T",
        "ER0",
    ]
    unknown = with_stress([(0.0, 0.05, "ah"), (0.05, 0.2, "ah")], "xyzzy")
    assert [label for _, _, label in unknown] == ["AH0", "AH1"]


def test_held_out_speakers_are_the_same_every_time(tmp_path: Path) -> None:
    clips = read_set(make_set(tmp_path / "set", clips=40, seconds=0.6), Problems())
    spared = {c.speaker for c in hold_out({"set": clips}, share=0.3)["set"] if c.split == "tune"}
    assert 4 <= len(spared) <= 20
    assert spared == {
        c.speaker for c in hold_out({"set": clips[::-1]}, share=0.3)["set"] if c.split == "tune"
    }


def test_batches_depend_on_seed_and_step_alone(tmp_path: Path) -> None:
    corpus = corpus_of(make_set(tmp_path / "set"), tmp_path / "cache", Problems())
    options = SamplerOptions(rows=80, batch=3)
    first, second = Sampler(corpus, options, 7), Sampler(corpus, options, 7)
    first.batch(0)
    assert np.array_equal(first.batch(5)["rows"], second.batch(5)["rows"])
    assert not np.array_equal(first.batch(5)["rows"], first.batch(6)["rows"])
    assert first.batch(5)["rows"].shape == (3, 80, 52)


def test_labels_survive_their_file(tmp_path: Path) -> None:
    phones = [Phone(0.1, 0.25, "aɪ", "Ah", 1), Phone(0.25, 0.4, "p", "MBP"), Phone(0.4, 0.5, "ə", "Schwa", 0)]
    tracks = {"a/b": PhoneTrack.of(phones)}
    write_phones_tsv(tracks, tmp_path / "a.tsv")
    assert read_phones_tsv(tmp_path / "a.tsv") == tracks


def test_labels_from_before_they_kept_stress_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("utt\tstart\tend\tphone\tgroup\na/b\t0.1\t0.2\tp\tMBP\n")
    assert read_phones_tsv(tmp_path / "a.tsv") == {"a/b": PhoneTrack.of([Phone(0.1, 0.2, "p", "MBP")])}


def test_two_sets_of_one_name_are_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    one, two = make_set(tmp_path / "here" / "set"), make_set(tmp_path / "there" / "set")
    config = tmp_path / "run.toml"
    config.write_text(f'sets = ["{one}", "{two}"]\n')
    assert main(["train", str(config), "--run", str(tmp_path / "run")]) == 2
    assert "two sets of one name" in caplog.text


def test_what_the_system_refuses_is_told_in_one_sentence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["nonspeech", str(tmp_path / "file" / "set"), "--clips", "1"]) == 2
    assert "not a folder" in caplog.text
    assert "Traceback" not in caplog.text


def test_bad_use_of_the_commands_ends_with_two(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = tmp_path / "run.toml"
    config.write_text('sets = ["nowhere"]\n[trainer]\nstep = 3\n')
    assert main(["train", str(config), "--run", str(tmp_path / "run")]) == 2
    assert "no setting 'step'" in caplog.text
    config.write_text(f'sets = ["{tmp_path / "nowhere"}"]\n')
    assert main(["train", str(config), "--run", str(tmp_path / "run")]) == 2
    assert "no set at" in caplog.text


def test_what_is_held_out_is_only_measured_on(tmp_path: Path) -> None:
    sets = {"one": read_set(make_set(tmp_path / "one"), Problems()), "two": []}
    assert {clip.split for clip in split_anew(sets, ["one"])["one"]} == {"dev"}
    splits = {clip.speaker: clip.split for clip in split_anew(split_anew(sets, ["one"]), ["one/s2"])["one"]}
    assert splits == {"s0": "train", "s1": "train", "s2": "dev", "s3": "train"}
    assert split_anew(sets, [])["one"] == sets["one"]
    for wrong in ("three", "one/s9"):
        with pytest.raises(BilabialError, match=f"no {wrong} to hold out"):
            split_anew(sets, [wrong])
