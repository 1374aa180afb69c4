"""The checks of a take: each finds the fault that it is for, where it is, and nothing in a sound take."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bilabial.audio.prosody import Prosody
from bilabial.cli import main
from bilabial.controls import CONTROLS, GROUPS
from bilabial.curves.curve import Curve, Key
from bilabial.curves.format import save
from bilabial.curves.take import ModelReference, SoundReference, Take
from bilabial.phonemes.track import Phone, PhoneTrack, SaidWord
from bilabial.pipeline import GenerateOptions, generate_from_samples
from bilabial.qa.check import CheckOptions, judge
from bilabial.qa.checks.sync import offset_of
from bilabial.qa.finding import WEIGHTS, Finding, Report, Verdict
from bilabial.qa.listening import faults
from bilabial.qa.mouth import reference_mouth, shapes_of_groups
from bilabial.qa.remarks import FILE, NOTHING, Note, Remarks, State, write_remarks
from bilabial.qa.subject import Heard, Subject, frames_within, runs
from bilabial.qa.writing import as_csv, as_json, as_text
from bilabial.retarget.profile_format import load_profile
from bilabial.timing import FRAME_RATE, SAMPLE_RATE

SAID = [
    (0.5, 0.6, "m", "MBP"), (0.6, 0.8, "ɑ", "Ah"), (0.8, 0.9, "p", "MBP"), (0.9, 1.15, "i", "Ee"),
    (1.15, 1.3, "f", "FV"), (1.3, 1.55, "u", "U"), (1.55, 1.7, "s", "S"), (1.7, 1.95, "æ", "Aa"),
    (1.95, 2.05, "b", "MBP"), (2.05, 2.3, "oʊ", "Oh"), (2.3, 2.45, "n", "LNTD"), (2.45, 2.7, "i", "Ee"),
]  # fmt: skip
END = 3.6


@pytest.fixture(scope="module")
def take() -> Take:
    """A line as the procedural model speaks it."""
    phones = PhoneTrack.of(Phone(*one) for one in SAID)
    return generate_from_samples(
        np.zeros(round(END * SAMPLE_RATE), np.float32), "line.wav", GenerateOptions(phones=phones)
    )


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 0.1, round(seconds * SAMPLE_RATE)).astype(np.float32)


def ear(phones: PhoneTrack, late: float = 0.0) -> Heard:
    """An ear that hears exactly these phones, ``late`` seconds after they were said."""
    rows = round(END * FRAME_RATE) + 1
    groups = np.full((rows, len(GROUPS)), 0.002, np.float32)
    level = np.full(rows, -70.0, np.float32)
    filled = np.zeros(rows, bool)
    for phone in phones:
        at = slice(round((phone.start + late) * FRAME_RATE), round((phone.end + late) * FRAME_RATE))
        groups[at, GROUPS.index(phone.group)] = 0.96
        level[at] = -18.0 if phone.group != "MBP" else -30.0
        filled[at] = True
    groups[~filled, -1] = 0.96
    return Heard(Prosody(level, np.full(rows, np.nan, np.float32), level - 20), groups)


def verdicts(take: Take, heard: Heard | None = None, rig: str | None = None) -> dict[str, Verdict]:
    report = judge(take, "line", heard, CheckOptions(rig=rig))
    return {verdict.kind: verdict for verdict in report.verdicts}


def with_curve(take: Take, name: str, curve: Curve) -> Take:
    return take.with_curves({**take.track().curves, name: curve})


def test_a_good_take_scores_high_and_every_check_judges_it(take: Take) -> None:
    report = judge(take, "line", ear(take.phones))
    assert [verdict.kind for verdict in report.verdicts] == list(WEIGHTS)
    assert all(verdict.share is not None for verdict in report.verdicts)
    assert report.score > 95.0
    assert not {"closure", "contact", "rest", "sync", "text", "sound"} & {one.kind for one in report.findings}


def test_a_closure_taken_away_by_hand_is_the_worst_finding(take: Take) -> None:
    curve = take.track().curves["MBP"]
    opened = curve.select((curve.times < 0.75) | (curve.times > 1.0))
    report = judge(with_curve(take, "MBP", opened), "line", ear(take.phones))
    worst = report.worst
    assert worst is not None and worst.kind == "closure" and 0.75 < worst.start < 0.9
    assert "24, 30, 60" in worst.reason
    assert report.score < judge(take, "line", ear(take.phones)).score - 5


def test_a_closure_that_slow_frames_miss_is_found_at_those_frames(take: Take) -> None:
    """Shut for a hundredth of a second between two frames of 24: only the faster ones can show it."""
    shut = Curve.from_keys(
        Key(t, v, (t, v), (t, v), 1) for t, v in ((0.55, 0.0), (0.56, 1.0), (0.573, 1.0), (0.58, 0.0))
    )
    curve = take.track().curves["MBP"]
    brief = Curve.joined([shut, curve.after(0.7)])
    found = [f for f in verdicts(with_curve(take, "MBP", brief))["closure"].findings if f.start < 0.7]
    assert len(found) == 1 and "at 24 frames" in found[0].reason


def test_a_sound_that_insists_on_a_closure_finds_none(take: Take) -> None:
    phones = take.phones.phones
    heard = ear(PhoneTrack.of([*phones[:7], Phone(1.75, 1.85, "b", "MBP"), *phones[8:]]))
    (finding,) = verdicts(take, heard)["closure"].findings
    assert "no phone does" in finding.reason and finding.start == pytest.approx(1.75, abs=0.02)


def test_lips_must_meet_on_the_rig_that_is_named(take: Take) -> None:
    assert verdicts(take, rig="arkit-52")["closure"].share == 1.0
    wide = load_profile("arkit-52")
    stiff = replace(wide, gap={"jawOpen": 1.0})  # a rig whose lips cannot close over an open jaw
    subject = Subject(take, rig=stiff)
    from bilabial.qa.checks import closure

    assert closure.check(subject).share == 0.0


def test_f_and_v_need_the_lip_at_the_teeth(take: Take) -> None:
    curves = {name: curve for name, curve in take.track().curves.items() if not name.startswith("FV")}
    verdict = verdicts(take.with_curves(curves))["contact"]
    assert verdict.share == 0.0 and verdict.findings[0].start == pytest.approx(1.15, abs=0.02)


def test_a_mouth_that_moves_in_a_pause_is_found(take: Take) -> None:
    curve = take.track().curves["Ah"]
    moving = Curve.joined([curve, Curve.hermite([3.1, 3.25, 3.4], [0.0, 0.6, 0.0], [0.0, 0.0, 0.0])])
    (finding,) = verdicts(with_curve(take, "Ah", moving))["rest"].findings
    assert 3.05 < finding.start < 3.25 < finding.end < 3.45


def test_a_twitch_is_found_and_what_the_clip_cuts_off_is_not(take: Take) -> None:
    before = len(verdicts(take)["flicker"].findings)
    twitch = Curve.hermite([3.2, 3.22, 3.24], [0.0, 0.5, 0.0], [0.0] * 3)
    found = verdicts(with_curve(take, "GK", twitch))["flicker"].findings
    assert len(found) == before + 1 and any("GK is seen for" in one.reason for one in found)
    held = Curve.hermite([0.0, 0.03], [0.5, 0.0], [0.0, 0.0])
    assert len(verdicts(with_curve(take, "GK", held))["flicker"].findings) == before


def test_lips_faster_than_real_ones_are_found(take: Take) -> None:
    jump = Curve.joined(
        [take.track().curves["Aa"], Curve.hermite([3.2, 3.22, 3.4, 3.42], [0.0, 1.0, 1.0, 0.0], [0.0] * 4)]
    )
    wide = with_curve(take, "Jaw", Curve.hermite([0.0], [1.0], [0.0]))
    found = [one for one in verdicts(with_curve(wide, "Aa", jump))["speed"].findings if one.start > 3.1]
    assert any("lips part" in one.reason for one in found) and any(
        "lips close" in one.reason for one in found
    )


@pytest.mark.parametrize("late", [-0.3, 0.0, 0.2])
def test_the_offset_of_a_mouth_is_measured(take: Take, late: float) -> None:
    subject = Subject(take)
    heard = ear(take.phones)
    here = offset_of(heard, subject.opening, subject.width)
    moved = offset_of(ear(take.phones, late=-late), subject.opening, subject.width)
    assert here is not None and moved is not None and here.confidence > 0.2
    assert abs(here.seconds) < 0.045
    assert moved.seconds - here.seconds == pytest.approx(late, abs=0.011)


def test_a_mouth_out_of_time_is_a_finding_and_one_without_sound_no_verdict(take: Take) -> None:
    late = verdicts(take, ear(take.phones, late=-0.2))["sync"]
    assert late.share == 0.0 and "after its sound" in late.findings[0].reason
    silent = verdicts(take)["sync"]
    assert silent.share is None and silent.note == "the sound is not at hand"


def test_phones_that_the_sound_does_not_say_are_found_with_what_it_says(take: Take) -> None:
    heard = ear(take.phones)
    assert heard.groups is not None
    heard.groups[205:245] = 0.0
    heard.groups[205:245, GROUPS.index("S")] = 1.0
    (finding,) = verdicts(take, heard)["text"].findings
    assert "it hears S" in finding.reason and finding.start == pytest.approx(2.05, abs=0.02)


def test_baked_curves_are_over_keyed(take: Take) -> None:
    times = np.arange(0, END, 1 / 24)
    baked = {}
    for name in CONTROLS:
        values = take.track().curves.get(name, Curve.empty()).evaluate(times)
        baked[name] = Curve.hermite(times, values, np.zeros(len(times)))
    verdict = verdicts(take.with_curves(baked))["keys"]
    assert verdict.share == 0.0 and len(verdict.findings) > 5
    assert verdicts(take)["keys"].share == 1.0


def test_flat_tops_and_holes_of_a_sound_are_found() -> None:
    samples = (0.5 * np.sin(np.arange(48_000) / 15)).astype(np.float32)
    samples[10_000:10_500] = np.clip(3 * samples[10_000:10_500], -1, 1)
    samples[30_000:32_400] = 0.0
    stereo = np.stack([samples, samples], axis=1)
    clipped, dropped = faults([(48_000, stereo[:20_000]), (48_000, stereo[20_000:])])
    assert len(clipped) == 1 and clipped[0][0] == pytest.approx(10_000 / 48_000, abs=0.002)
    assert dropped == ((30_000 / 48_000, 32_400 / 48_000),)
    assert faults([(48_000, stereo[:9_000])]) == ((), ())


def test_a_silent_sound_is_said_to_be_silent(take: Take) -> None:
    heard = Heard(Prosody.silent(round(END * FRAME_RATE)))
    report = judge(take, "line", heard)
    (verdict,) = (one for one in report.verdicts if one.kind == "sound")
    assert verdict.share == 0.0 and "silent" in verdict.findings[0].reason
    assert report.score == 0.0  # whatever the mouth does to it


def test_a_recording_that_is_cut_off_in_a_word_is_found(take: Take) -> None:
    heard = ear(take.phones)
    level = heard.prosody.intensity_db
    last = [phone for phone in take.phones if not phone.is_silence][-1]
    cut = replace(take, sound=replace(take.sound, duration=last.end))
    loud = replace(heard, prosody=replace(heard.prosody, intensity_db=level[: round(last.end * FRAME_RATE)]))
    loud.prosody.intensity_db[-4:] = level.max()
    (finding,) = verdicts(cut, loud)["sound"].findings
    assert finding.reason == "the sound ends in the middle of a word" and finding.start == last.end
    loud.prosody.intensity_db[-4:] = -60.0  # the word ends by itself
    assert verdicts(cut, loud)["sound"].findings == ()


def said(take: Take, *heard: bool) -> Take:
    """The take with words of which the sound has some; sounds belong to words that are heard."""
    spoken = [phone for phone in take.phones if not phone.is_silence]
    words = [
        SaidWord(f"w{number}", phone.start, phone.end, 0.9 if here else 0.0, here)
        for number, (phone, here) in enumerate(zip(spoken, heard, strict=False))
    ]
    count = len(heard)
    owners = {id(phone): min(number, count - 1) for number, phone in enumerate(spoken)}
    phones = (
        phone
        if phone.is_silence
        else replace(phone, confidence=0.9, word=owners[id(phone)] if heard[owners[id(phone)]] else None)
        for phone in take.phones
    )
    return replace(take, words=tuple(words), phones=PhoneTrack.of(phones))


def test_words_that_are_not_spoken_and_speech_that_no_word_has_are_found(take: Take) -> None:
    assert verdicts(said(take, True, True, True))["text"].findings == ()
    verdict = verdicts(said(take, True, False, False))["text"]  # no sound is needed
    reasons = [str(finding.reason) for finding in verdict.findings]
    assert reasons[0] == "2 words of the text are not in the sound, 'w1' to 'w2'"
    assert reasons[1].endswith("s are spoken of which the text has no word")
    assert verdict.share is not None and verdict.share < 0.5
    alone = verdicts(said(take, True, False, True))["text"].findings
    assert [str(one.reason) for one in alone] == ["the text has 'w1', the sound does not"]


def test_a_line_without_words_asks_for_them_where_the_ear_alone_found_its_sounds(take: Take) -> None:
    assert verdicts(take)["text"].share is None  # phones of a person: nobody asked for words
    plain = PhoneTrack.of(replace(phone, word=None) for phone in take.phones)
    by_ear = replace(take, phones=plain, model=ModelReference("bilabial-2", "2.2", None))
    (finding,) = verdicts(by_ear)["text"].findings
    assert finding.reason.startswith("no words are known") and finding.severity == 0.3


def test_one_bad_moment_of_a_long_line_is_seen_in_its_score() -> None:
    finding = Finding("closure", 1.0, 1.1, 1.0, "open")
    assert Report("a", 60.0, (Verdict("closure", 0.98, (finding,)), Verdict("text", 1.0))).score < 85.0


def test_one_syllable_has_no_rhythm_to_be_late_in(take: Take) -> None:
    short = replace(take, phones=PhoneTrack.of([p for p in take.phones if not p.is_silence][:3]))
    verdict = verdicts(short, ear(take.phones, late=-0.2))["sync"]
    assert verdict.share is None and verdict.note == "too little is said to tell"


def test_the_reference_mouth_closes_and_opens() -> None:
    opening, width = shapes_of_groups()
    assert opening[GROUPS.index("MBP")] < 0.0003 < 0.004 < opening[GROUPS.index("Aa")]
    assert width[GROUPS.index("U")] < width[GROUPS.index("Ee")]
    assert 0.05 < reference_mouth().eye_distance < 0.08


def test_frames_are_those_inside_or_the_nearest() -> None:
    np.testing.assert_allclose(frames_within(0.99, 1.05, 24), [1.0, 25 / 24])
    np.testing.assert_allclose(frames_within(1.001, 1.01, 24), [1.0])
    assert runs(np.array([True, False, True, True])) == [(0, 1), (2, 4)]


def test_the_score_is_the_weighted_share_over_what_was_judged() -> None:
    report = Report(
        "a", 1.0, (Verdict("closure", 0.5), Verdict("rest", 1.0), Verdict("sync", None, note="no"))
    )
    assert report.score == pytest.approx(100 * (30 * 0.5 + 6) / 36, abs=0.1)
    assert sum(WEIGHTS.values()) == 100.0


def test_reports_are_written_for_people_and_programs() -> None:
    finding = Finding("closure", 61.5, 61.6, 1.0, "the lips, say, stay apart")
    bad = Report(
        "b.take.json", 70.0, (Verdict("closure", 0.0, (finding,)), Verdict("sync", None, note="no ear"))
    )
    good = Report("a.take.json", 70.0, (Verdict("closure", 1.0),))
    text = as_text([good, bad])
    assert text.index("b.take.json") < text.index("a.take.json")
    assert "1:01.50  closure" in text and "not judged: sync (no ear)" in text
    data = json.loads(as_json([good, bad]))
    assert data["schema"] == "bilabial/check/1" and data["takes"][1]["findings"][0]["start"] == 61.5
    rows = list(csv.DictReader(io.StringIO(as_csv([good, bad]))))
    assert [row["kind"] for row in rows] == ["", "closure"] and rows[1]["reason"] == finding.reason


def test_what_people_said_stands_in_the_report_and_costs_no_points() -> None:
    said = Remarks(State.FIXED, (Note(61.25, "softer, please"),))
    report = Report("a.take.json", 70.0, (Verdict("closure", 1.0),))
    noted = replace(report, remarks=said)
    assert noted.score == report.score
    text = as_text([noted])
    assert "marked as fixed" in text and "1:01.25  note     softer, please" in text
    told = json.loads(as_json([noted]))["takes"][0]
    assert told["state"] == "fixed" and told["notes"] == [{"at": 61.25, "text": "softer, please"}]
    rows = list(csv.DictReader(io.StringIO(as_csv([noted]))))
    assert [(row["kind"], row["start"], row["reason"]) for row in rows] == [
        ("note", "61.250", "softer, please")
    ]


def test_check_tells_the_notes_that_lie_beside_a_take_or_above_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "scene" / "one"
    place.mkdir(parents=True)
    shutil.copyfile(folder / "good.take.json", place / "good.take.json")
    write_remarks(tmp_path, {"scene/one/good": (NOTHING, Remarks(notes=(Note(0.5, "watch the m"),)))})
    report = tmp_path / "report.json"
    command = ["check", str(place), "--no-ear", "--json"]
    assert main([*command, "-o", str(report)]) == 0
    assert json.loads(report.read_text())["takes"][0]["notes"][0]["text"] == "watch the m"
    assert main([*command, "-o", str(tmp_path / FILE)]) != 0  # what is read is never written
    assert "notes on takes" in capsys.readouterr().err
    (tmp_path / FILE).write_text("{}", "utf-8")
    assert main(command) != 0
    assert "is damaged" in capsys.readouterr().err


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, take: Take) -> Path:
    place = tmp_path_factory.mktemp("takes")
    soundfile.write(place / "line.wav", noise(END), SAMPLE_RATE)
    sound = SoundReference("line.wav", END)
    save(replace(take, sound=sound), place / "good.take.json")
    curves = {name: curve for name, curve in take.track().curves.items() if not name.startswith("MBP")}
    save(replace(take.with_curves(curves), sound=sound), place / "open.take.json")
    return place


def test_a_pipeline_can_gate(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    good, bad = folder / "good.take.json", folder / "open.take.json"
    assert main(["check", str(good), "--no-ear"]) == 0
    assert main(["check", str(bad), "--no-ear"]) == 1
    assert main(["check", str(bad), "--no-ear", "--least", "0"]) == 0
    assert main(["check", str(bad), "--no-ear", "--least", "0", "--never", "closure"]) == 1
    capsys.readouterr()
    assert main(["check", str(folder), "--no-ear", "--json", "-o", str(tmp_path / "report.json")]) == 1
    assert "1 of 2 takes score less than 80" in capsys.readouterr().err
    assert len(json.loads((tmp_path / "report.json").read_text("utf-8"))["takes"]) == 2
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.take.json"], "there is no take"),
        (["{folder}", "--never", "smiles"], "is no kind of finding"),
        (["{folder}", "--sound", "line.wav"], "belongs to a single take"),
        (["{empty}"], "holds no take"),
    ],
)
def test_what_cannot_be_checked_is_a_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    told = [text.format(folder=folder, empty=tmp_path) for text in arguments]
    assert main(["check", *told]) == 2
    assert said in capsys.readouterr().err
