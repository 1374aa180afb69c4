"""Switch tracks for Moho (.dat) and Papagayo's project (.pgo): mouth shapes on frames."""

from __future__ import annotations

from pathlib import Path

from ...phonemes.shapes import BLAIR_TO_GROUP, GROUP_TO_BLAIR, RHUBARB_TO_GROUP
from ...phonemes.track import PhoneTrack
from .intervals import Contents, Interval, ReadOptions, fail, number, read_text, whole
from .rhubarb import cues

_HEADER = "MohoSwitch1"
_PAPAGAYO = "lipsync version 1"


def read_dat(path: Path, options: ReadOptions) -> Contents:
    """Frames count from 1. The file does not say at what rate: options.fps does."""
    lines = read_text(path).splitlines()
    if not lines or lines[0].strip() != _HEADER:
        raise fail(path, 1, f"a Moho switch file starts with {_HEADER}")
    switches = []
    for line, text in enumerate(lines[1:], 2):
        if not text.strip():
            continue
        at, _, shape = text.strip().partition(" ")
        if not shape:
            raise fail(path, line, "a line needs a frame and a shape")
        switches.append((line, whole(path, line, at, "a frame"), shape.strip()))
    intervals = []
    for index, (line, frame, shape) in enumerate(switches):
        until = switches[index + 1][1] if index + 1 < len(switches) else frame + 1
        last = index + 1 == len(switches)
        if not (last and shape in ("rest", "X")):
            intervals.append(Interval((frame - 1) / options.fps, (until - 1) / options.fps, shape, line))
    return Contents(intervals, alphabet=_alphabet({shape for _, _, shape in switches}))


def read_pgo(path: Path, options: ReadOptions) -> Contents:
    """The phonemes of one voice; each lasts to the next or to its word's last frame. The file knows its
    rate."""
    reader = _Lines(path)
    if reader.next("the header") != _PAPAGAYO:
        raise fail(path, 1, f"a Papagayo file starts with {_PAPAGAYO!r}")
    reader.next("the sound file's name")
    fps = number(path, reader.at + 1, reader.next("the frame rate"), "the frame rate")
    if fps <= 0:
        raise fail(path, reader.at, f"the frame rate is {fps:g}: give frames a second, such as 24")
    reader.count("the sound's frames")
    voices: dict[str, list[Interval]] = {}
    for _ in range(reader.count("the number of voices")):
        name = reader.next("a voice's name")
        reader.next("a voice's text")
        voices[name] = _voice(reader, fps)
    if options.tier is not None and options.tier not in voices:
        raise fail(
            path, None, f"there is no voice {options.tier!r}: the file has {', '.join(map(repr, voices))}"
        )
    speaking = [name for name, intervals in voices.items() if intervals]
    if options.tier is None and len(speaking) > 1:
        raise fail(path, None, f"several voices speak ({', '.join(map(repr, speaking))}): name one")
    chosen = options.tier if options.tier is not None else speaking[0] if speaking else None
    intervals = voices[chosen] if chosen is not None else []
    return Contents(intervals, alphabet=_alphabet({one.label for one in intervals}))


def _voice(reader: _Lines, fps: float) -> list[Interval]:
    intervals: list[Interval] = []
    word_index = 0
    for _ in range(reader.count("the number of phrases")):
        reader.next("a phrase's text")
        reader.count("a phrase's first frame")
        reader.count("a phrase's last frame")
        for _ in range(reader.count("the number of words")):
            word = reader.next("a word")
            parts = word.rsplit(" ", 3)
            if len(parts) != 4:
                raise fail(
                    reader.path, reader.at, "a word needs its text, first frame, last frame and phonemes"
                )
            last = whole(reader.path, reader.at, parts[2], "a word's last frame")
            starts = []
            for _ in range(whole(reader.path, reader.at, parts[3], "the number of phonemes")):
                frame, _, shape = reader.next("a phoneme").partition(" ")
                if not shape:
                    raise fail(reader.path, reader.at, "a phoneme needs a frame and a shape")
                starts.append((reader.at, whole(reader.path, reader.at, frame, "a frame"), shape))
            ends = [*(frame for _, frame, _ in starts[1:]), last + 1][: len(starts)]  # none of no phonemes
            intervals += [
                Interval(frame / fps, end / fps, shape, line, word_index)
                for (line, frame, shape), end in zip(starts, ends, strict=True)
            ]
            word_index += 1
    return intervals


class _Lines:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.at = 0  # the line last read, from 1
        self._lines = read_text(path).splitlines()

    def next(self, what: str) -> str:
        if self.at >= len(self._lines):
            raise fail(self.path, self.at, f"the file ends where {what} belongs: it is cut short")
        self.at += 1
        return self._lines[self.at - 1].strip()

    def count(self, what: str) -> int:
        text = self.next(what)
        return whole(self.path, self.at, text, what)


def _alphabet(shapes: set[str]) -> str | None:
    if shapes <= BLAIR_TO_GROUP.keys():
        return "preston-blair"
    return "rhubarb" if shapes <= RHUBARB_TO_GROUP.keys() else "arpabet"


def written_dat(phones: PhoneTrack, duration: float, fps: float) -> str:
    shapes = _on_frames(phones, duration, fps)
    lines = [_HEADER] + [f"{frame + 1} {shape}" for frame, _, shape in shapes]
    if shapes and shapes[-1][2] != "rest":
        lines.append(f"{shapes[-1][1] + 1} rest")
    return "\n".join(lines) + "\n"


def written_pgo(phones: PhoneTrack, duration: float, fps: float, sound: str) -> str:
    """One voice, one phrase, one word for each stretch without rest, since a phone track holds no
    spelling."""
    words: list[list[tuple[int, int, str]]] = []
    for frame, end, shape in _on_frames(phones, duration, fps):
        if shape == "rest":
            continue
        if words and words[-1][-1][1] == frame:
            words[-1].append((frame, end, shape))
        else:
            words.append([(frame, end, shape)])
    last = max(round(duration * fps), 1)
    lines = [
        _PAPAGAYO,
        sound,
        f"{fps:g}",
        str(last),
        "1",
        "\tVoice 1",
        "\t",
        "\t1",
        "\t\t",
        "\t\t0",
        f"\t\t{last}",
    ]
    lines.append(f"\t\t{len(words)}")
    for index, word in enumerate(words, 1):
        lines.append(f"\t\t\tword{index} {word[0][0]} {word[-1][1] - 1} {len(word)}")
        lines += [f"\t\t\t\t{frame} {shape}" for frame, _, shape in word]
    return "\n".join(lines) + "\n"


def _on_frames(phones: PhoneTrack, duration: float, fps: float) -> list[tuple[int, int, str]]:
    """Shapes from frame to frame (counted from 0). A shape that rounds to no frame at all takes one if it
    closes the lips, else it is left out."""
    result: list[tuple[int, int, str]] = []
    for start, end, shape in cues(phones, GROUP_TO_BLAIR, "rest", duration):
        first, until = round(start * fps), round(end * fps)
        if until <= first and shape == "MBP":
            until = first + 1
        if result:
            first = max(first, result[-1][1])
        if until > first:
            if result and result[-1][2] == shape and result[-1][1] == first:
                result[-1] = (result[-1][0], until, shape)
            else:
                result.append((first, until, shape))
    return result
