"""Phone files of other tools: read as those tools write them, round trips, and clear refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bilabial.controls import GROUPS, SILENCE
from bilabial.errors import BilabialError, FormatError
from bilabial.exchange.phones import READABLE, WRITABLE, read_phones, read_words, write_phones
from bilabial.phonemes import groups
from bilabial.phonemes.shapes import GROUP_TO_RHUBARB, RHUBARB_TO_GROUP
from bilabial.phonemes.track import PhoneTrack

LONG = '''File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 0.9
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 0.9
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 0.2
            text = ""
        intervals [2]:
            xmin = 0.2
            xmax = 0.6
            text = "pop ""quoted"""
        intervals [3]:
            xmin = 0.6
            xmax = 0.9
            text = "my"
    item [2]:
        class = "TextTier"
        name = "remarks"
        xmin = 0
        xmax = 0.9
        points: size = 1
        points [1]:
            number = 0.3
            mark = "here"
    item [3]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 0.9
        intervals: size = 6
        intervals [1]:
            xmin = 0
            xmax = 0.2
            text = ""
        intervals [2]:
            xmin = 0.2
            xmax = 0.3
            text = "P"
        intervals [3]:
            xmin = 0.3
            xmax = 0.5
            text = "AA1"
        intervals [4]:
            xmin = 0.5
            xmax = 0.6
            text = "P"
        intervals [5]:
            xmin = 0.6
            xmax = 0.7
            text = "M"
        intervals [6]:
            xmin = 0.7
            xmax = 0.9
            text = "AY1"
'''
SHORT = """File type = "ooTextFile"
Object class = "TextGrid"

0
0.5
<exists>
1
"IntervalTier"
"phones"
0
0.5
3
0
0.2
"ˈm"
0.2
0.4
"aː"
0.4
0.5
""
"""


def put(tmp_path: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_long_textgrid_with_words(tmp_path: Path, encoding: str) -> None:
    track = read_phones(put(tmp_path, "a.TextGrid", LONG, encoding))
    assert [(p.label, p.group, p.stress, p.word) for p in track] == [
        ("p", "MBP", None, 0),
        ("ɑ", "Ah", 1, 0),
        ("p", "MBP", None, 0),
        ("m", "MBP", None, 1),
        ("aɪ", "Ah", 1, 1),
    ]
    assert (track.phones[1].start, track.phones[1].end) == (0.3, 0.5)
    assert [word.text for word in read_words(tmp_path / "a.TextGrid")] == ['pop "quoted"', "my"]


def test_short_textgrid_with_ipa(tmp_path: Path) -> None:
    track = read_phones(put(tmp_path, "a.TextGrid", SHORT))
    assert [(p.label, p.group, p.stress) for p in track] == [("m", "MBP", None), ("aː", "Ah", 1)]


def test_textgrid_tier_is_never_guessed(tmp_path: Path) -> None:
    path = put(tmp_path, "a.TextGrid", LONG.replace('"words"', '"one"').replace('"phones"', '"two"'))
    with pytest.raises(FormatError, match="several tiers might hold the phones \\('one', 'two'\\)"):
        read_phones(path)
    assert len(read_phones(path, tier="two")) == 5
    with pytest.raises(FormatError, match="no interval tier 'three'"):
        read_phones(path, tier="three")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('text = "AA1"', 'text = "QQ"'), "'QQ'"),
        (("xmin = 0.3\n", "xmin = 0.25\n"), "'AA1' starts at 0.25 s while 'P' of line 47 lasts until 0.3 s"),
        (("xmin = 0.2\n            xmax = 0.3", "xmin = -0.2\n            xmax = 0.3"), "before the sound"),
        (("xmin = 0.7", "xmin = nine"), "belongs"),
        (("xmax = 0.9\n            text = \"AY1\"", "xmax = 0.7\n            text = \"AY1\""),
        "not after its start"),
    ],
)  # fmt: skip
def test_textgrid_errors_name_file_and_line(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    assert change[0] in LONG
    path = put(tmp_path, "bad.TextGrid", LONG.replace(*change))
    with pytest.raises(FormatError) as caught:
        read_phones(path)
    found = re.match(r"bad\.TextGrid, line (\d+): (.*)|bad\.TextGrid: line (\d+): (.*)", str(caught.value))
    assert found, str(caught.value)
    changed = LONG[: LONG.index(change[0])].count("\n") + 1
    assert abs(int(found[1] or found[3]) - changed) <= 2  # an interval takes three lines
    assert words in str(caught.value)


def test_textgrid_cut_short(tmp_path: Path) -> None:
    for cut in range(0, len(LONG) - 8, 37):
        with pytest.raises(FormatError, match=r"cut\.TextGrid"):
            read_phones(put(tmp_path, "cut.TextGrid", LONG[:cut]))


def test_htk_and_seconds_labels(tmp_path: Path) -> None:
    htk = read_phones(put(tmp_path, "a.lab", "0 1000000 sil\n1000000 2500000 m\n2500000 4000000 ay1\n"))
    seconds = read_phones(put(tmp_path, "b.lab", "0.0 0.1 sil\n0.1\t0.25\tm\n0.25 0.4 ay1\n"))
    assert htk == seconds
    assert [p.group for p in htk] == [SILENCE, "MBP", "Ah"]


def test_festival_labels(tmp_path: Path) -> None:
    track = read_phones(
        put(tmp_path, "a.lab", "separator ;\nnfields 1\n#\n0.22 125 pau\n0.3 125 m\n0.5 125 iy1\n")
    )
    assert [(p.start, p.end, p.group) for p in track] == [
        (0, 0.22, "SIL"),
        (0.22, 0.3, "MBP"),
        (0.3, 0.5, "Ee"),
    ]


def test_label_times_are_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="write seconds as"):
        read_phones(put(tmp_path, "a.lab", "0 1 m\n1 2 ay\n"))
    with pytest.raises(FormatError, match=r"a\.lab, line 2"):
        read_phones(put(tmp_path, "a.lab", "0.0 0.1 m\n0.1 ay\nx y z\n"))


def test_rhubarb_files_agree(tmp_path: Path) -> None:
    tsv = put(tmp_path, "a.tsv", "0.00\tX\n0.20\tA\n0.30\tD\n0.50\tX\n")
    xml = put(
        tmp_path,
        "a.xml",
        '<?xml version="1.0" encoding="utf-8"?>\n<rhubarbResult><metadata><duration>0.60</duration>\n'
        '</metadata><mouthCues>\n<mouthCue start="0.00" end="0.20">X</mouthCue>\n'
        '<mouthCue start="0.20" end="0.30">A</mouthCue>\n'
        '<mouthCue start="0.30" end="0.50">D</mouthCue>\n</mouthCues></rhubarbResult>',
    )
    cues = [{"start": 0.0, "end": 0.2, "value": "X"}, {"start": 0.2, "end": 0.3, "value": "A"},
            {"start": 0.3, "end": 0.5, "value": "D"}]  # fmt: skip
    written = put(tmp_path, "a.json", json.dumps({"metadata": {}, "mouthCues": cues}))
    expected = [(0.0, 0.2, "SIL"), (0.2, 0.3, "MBP"), (0.3, 0.5, "Ah")]
    for path in (tsv, xml, written):
        assert [(p.start, p.end, p.group) for p in read_phones(path)] == expected


def test_rhubarb_errors(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"a\.tsv, line 2.*'Q'"):
        read_phones(put(tmp_path, "a.tsv", "0.00\tX\n0.20\tQ\n0.3\tX\n"))
    with pytest.raises(FormatError, match=r"a\.tsv, line 1.*not after its start"):
        read_phones(put(tmp_path, "a.tsv", "0.50\tA\n0.20\tB\n0.3\tX\n"))
    with pytest.raises(FormatError, match="declares entities"):
        read_phones(put(tmp_path, "a.xml", '<!DOCTYPE x [<!ENTITY a "b">]><rhubarbResult/>'))
    with pytest.raises(FormatError, match=r"a\.json, line 1"):
        read_phones(put(tmp_path, "a.json", "{"))
    with pytest.raises(FormatError, match="lacks its start"):
        read_phones(put(tmp_path, "a.json", '{"mouthCues": [{"start": 1}]}'))


def test_moho_counts_frames_from_one(tmp_path: Path) -> None:
    path = put(tmp_path, "a.dat", "MohoSwitch1\n1 rest\n7 MBP\n10 AI\n16 rest\n")
    track = read_phones(path, fps=30)
    assert [(round(p.start * 30), round(p.end * 30), p.group) for p in track] == [
        (0, 6, "SIL"), (6, 9, "MBP"), (9, 15, "Ah"),
    ]  # fmt: skip
    with pytest.raises(FormatError, match="starts with MohoSwitch1"):
        read_phones(put(tmp_path, "a.dat", "1 rest\n"))


PAPAGAYO = "\n".join(
    ["lipsync version 1", "pop.wav", "24", "48", "2", "\tAnn", "\tpop my|", "\t1", "\t\tpop my", "\t\t0",
     "\t\t20",
     "\t\t2", "\t\t\tpop 0 8 3", "\t\t\t\t0 MBP", "\t\t\t\t3 O", "\t\t\t\t7 MBP", "\t\t\tmy 9 20 2",
     "\t\t\t\t9 MBP",
     "\t\t\t\t12 AI", "\tBob", "\t", "\t0", ""]
)  # fmt: skip


def test_papagayo(tmp_path: Path) -> None:
    track = read_phones(put(tmp_path, "a.pgo", PAPAGAYO))
    assert [(round(p.start * 24), round(p.end * 24), p.group, p.word) for p in track] == [
        (0, 3, "MBP", 0), (3, 7, "Oh", 0), (7, 9, "MBP", 0), (9, 12, "MBP", 1), (12, 21, "Ah", 1),
    ]  # fmt: skip
    with pytest.raises(FormatError, match="no voice 'Cid'"):
        read_phones(tmp_path / "a.pgo", tier="Cid")
    for cut in (1, 4, 9, 14):
        with pytest.raises(FormatError, match=r"cut\.pgo"):
            read_phones(put(tmp_path, "cut.pgo", "\n".join(PAPAGAYO.split("\n")[:cut])))


SRT = "1\n00:00:01,000 --> 00:00:02,000\n<i>Pop</i> my (laughs)\n\n2\n00:00:02,500 --> 00:00:03,000\nmom\n"


def test_subtitles_give_words_and_with_a_pronouncer_phones(tmp_path: Path) -> None:
    path = put(tmp_path, "a.srt", SRT)
    words = read_words(path)
    assert [word.text for word in words] == ["Pop", "my", "mom"]
    assert (words[0].start, words[1].end) == (1.0, 2.0)
    with pytest.raises(FormatError, match="words, not phones"):
        read_phones(path)
    said = {"pop": ["P", "AA1", "P"], "my": ["M", "AY1"], "mom": ["M", "AA1", "M"]}
    track = read_phones(path, pronouncer=lambda word: said[word.lower()])
    assert [p.group for p in track] == ["MBP", "Ah", "MBP", "MBP", "Ah", "MBP", "Ah", "MBP"]
    assert track.phones[0].start == 1.0
    assert track.phones[-1].end == pytest.approx(3.0)
    assert [p.word for p in track] == [0, 0, 0, 1, 1, 2, 2, 2]
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000 align:start\nPop my\n"
    assert [word.text for word in read_words(put(tmp_path, "a.vtt", vtt))] == ["Pop", "my"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no cue"),
        ("1\n00:00:01 --> later\nhey\n", "line 2: '00:00:01' is no time"),
        ("1\n00:00:02,000 --> 00:00:01,000\nhey\n", "not after its start"),
        (SRT.replace("00:00:02,500", "00:00:01,500"), "line 6: the cue starts at 1.5 s"),
    ],
)
def test_broken_subtitles(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(FormatError, match=re.escape(words)):
        read_words(put(tmp_path, "a.srt", text))


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="there is no file"):
        read_phones(tmp_path / "missing.lab")
    (tmp_path / "folder.lab").mkdir()
    with pytest.raises(FormatError, match="is a folder"):
        read_phones(tmp_path / "folder.lab")
    with pytest.raises(FormatError, match="use one of"):
        read_phones(put(tmp_path, "a.docx", "x"))
    latin = tmp_path / "a.lab"
    latin.write_bytes(b"0.0 0.1 m\n0.1 0.2 \xe9\n")
    with pytest.raises(FormatError, match="line 2: the text is neither UTF-8 nor UTF-16"):
        read_phones(latin)
    with pytest.raises(BilabialError, match="use one of"):
        write_phones(PhoneTrack(), tmp_path / "a.docx")


IPA_LABELS = ["p", "b", "m", "f", "v", "s", "ʃ", "tʃ", "dʒ", "t", "l", "k", "ŋ", "ɹ", "w", "j", "θ", "a",
              "æ", "ɛ", "i",
              "ɪ", "ʌ", "u", "y", "ə", "aɪ", "oʊ", "œ", "SIL"]  # fmt: skip


@st.composite
def tracks(draw: st.DrawFn, labels: list[str], step: float = 0.01) -> PhoneTrack:
    """Phones on a grid of ``step`` seconds, some with gaps between them."""
    count = draw(st.integers(0, 12))
    at, rows = 0, []
    for _ in range(count):
        at += draw(st.sampled_from([0, 0, 0, 7]))
        length = draw(st.integers(1, 40))
        rows.append((at * step, (at + length) * step, draw(st.sampled_from(labels))))
        at += length
    return groups.track(rows, "ipa" if labels is IPA_LABELS else "group")


def essence(track: PhoneTrack) -> list[tuple[float, float, str, str]]:
    return [(round(p.start, 6), round(p.end, 6), p.label, p.group) for p in track]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    track=st.one_of(tracks(IPA_LABELS), tracks(list(GROUPS))), suffix=st.sampled_from([".TextGrid", ".lab"])
)
def test_round_trip_of_phones(tmp_path: Path, track: PhoneTrack, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_phones(track, path)
    named_by_group = all(p.label in GROUPS for p in track)
    alphabet = "group" if named_by_group else "ipa"
    assert essence(read_phones(path, alphabet=alphabet)) == essence(track)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(track=tracks(list(RHUBARB_TO_GROUP.values())), suffix=st.sampled_from([".tsv", ".xml", ".json"]))
def test_round_trip_of_shapes(tmp_path: Path, track: PhoneTrack, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_phones(track, path)
    text = path.read_text(encoding="utf-8")
    back = read_phones(path)
    for moment in (0.005 + 0.01 * row for row in range(int(track.end * 100))):
        assert shape_at(back, moment) == shape_at(track, moment), text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(track=tracks(["Ah", "MBP", "FV", "SIL", "U"], step=1 / 24), suffix=st.sampled_from([".dat", ".pgo"]))
def test_round_trip_on_frames(tmp_path: Path, track: PhoneTrack, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_phones(track, path, fps=24)
    back = read_phones(path, fps=24)
    for frame in range(round(track.end * 24)):
        moment = (frame + 0.5) / 24
        assert shape_at(back, moment) == shape_at(track, moment)


def shape_at(track: PhoneTrack, moment: float) -> str:
    group = next((p.group for p in track if p.start <= moment < p.end), SILENCE)
    return GROUP_TO_RHUBARB[group]


def test_every_writable_format_is_readable() -> None:
    assert set(WRITABLE) <= set(READABLE)


def test_a_closure_is_never_rounded_away(tmp_path: Path) -> None:
    track = groups.track([(0.0, 0.2, "Ah"), (0.2, 0.21, "MBP"), (0.21, 0.4, "Ah")], "group")
    write_phones(track, tmp_path / "a.dat", fps=12)
    assert "MBP" in (tmp_path / "a.dat").read_text(encoding="utf-8")


def test_stress_survives_a_textgrid(tmp_path: Path) -> None:
    track = groups.track([(0.0, 0.1, "M"), (0.1, 0.3, "AA1"), (0.3, 0.4, "M"), (0.4, 0.5, "AH0")], "arpabet")
    write_phones(track, tmp_path / "a.TextGrid", duration=1.0)
    back = read_phones(tmp_path / "a.TextGrid")
    assert [p.stress for p in back] == [None, 1, None, 0]
