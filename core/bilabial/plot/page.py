"""One self-contained HTML page: curves that scroll and zoom, a cursor that follows the sound, a lit head (or
a sketched mouth), words and sounds, another take beside this one, and the findings of a check.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..atomic import write_atomically
from ..controls import VOWELS
from ..timing import FRAME_RATE, SAMPLE_RATE
from .content import Lane, PlotContent
from .figure import CONSONANT, VOWEL, colour_of

# Sounds that every browser plays go in as they are, below this size; others become 16 kHz FLAC.
_PLAYABLE = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".m4a": "audio/mp4"}
_LARGEST_ORIGINAL = 12_000_000  # bytes

# How each control moves the sketched mouth; a sketch, not a rig.
_MOUTH: dict[str, dict[str, float]] = {
    "Ah": {"open": 0.85}, "Aa": {"open": 0.8, "wide": 0.4}, "Eh": {"open": 0.5, "wide": 0.5},
    "Ee": {"open": 0.22, "wide": 1.0}, "Ih": {"open": 0.3, "wide": 0.6}, "Oh": {"open": 0.55, "round": 0.7},
    "Uh": {"open": 0.4, "round": 0.25}, "U": {"open": 0.25, "round": 1.0}, "Eu": {"open": 0.25, "round": 0.9},
    "Schwa": {"open": 0.3}, "LNTD": {"open": 0.2, "tongue": 0.9}, "GK": {"open": 0.25},
    "MBP": {"seal": 1.0}, "R": {"open": 0.18, "round": 0.5}, "WA_PEDAL": {"open": 0.15, "round": 1.0},
    "JY": {"open": 0.15, "wide": 0.3}, "S": {"open": 0.08, "wide": 0.5},
    "ShChZh": {"open": 0.12, "round": 0.7},
    "Th": {"open": 0.2, "tongue": 1.0}, "FV": {"open": 0.12, "bite": 1.0}, "Ya": {"wide": 0.3},
    "Ja": {"round": 0.2}, "Ra": {"round": 0.5}, "FVa": {"bite": 1.0}, "LNTDa": {"tongue": 0.9},
    "MBPa": {"seal": 1.0}, "Wa": {"round": 1.0}, "Tha": {"tongue": 1.0}, "GKa": {},
}  # fmt: skip


def write_page(
    content: PlotContent,
    path: Path,
    sound: str,
    other: PlotContent | None = None,
    head: dict[str, Any] | None = None,
) -> None:
    """See page_text."""
    write_atomically(path, page_text(content, sound, other, head))


def page_text(
    content: PlotContent, sound: str, other: PlotContent | None = None, head: dict[str, Any] | None = None
) -> str:
    """The page as HTML. ``sound`` is a data URI (see sound_uri), or empty for a silent page; ``other`` a take
    that is compared with this one; ``head`` what head_data gives for both, None for the sketched mouth.
    """
    rate = content.key_count / content.duration if content.duration else 0.0
    take = {
        "title": content.title,
        "facts": f"{content.duration:.2f} s, {content.key_count} keys, {rate:.1f} a second",
        "duration": content.duration,
        "rate": FRAME_RATE,
        "phones": [
            [round(p.start, 4), round(p.end, 4), p.label, VOWEL if p.group in VOWELS else CONSONANT]
            for p in content.phones
            if not p.is_silence
        ],
        "words": [[round(w.start, 4), round(w.end, 4), w.text] for w in content.words],
        "marks": [[round(f.start, 3), f.kind, f.reason, round(f.severity, 2)] for f in content.marks],
        "lanes": [_lane(lane) for lane in content.lanes],
        "other": None
        if other is None
        else {"title": other.title, "lanes": [_lane(lane) for lane in other.lanes]},
        "head": head,
        "envelope": _text(np.clip(np.rint(content.envelope * 128 + 128), 0, 255)),
        "mouth": _MOUTH,
        "sound": sound,
    }
    template = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
    # "<" never stands in the data, so no label can close the script that holds it.
    data = json.dumps(take, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return template.replace("__TAKE__", data)


def sound_uri(path: Path, samples: NDArray[np.float32]) -> str:
    """The sound as a data URI: the file itself where browsers play it, else its samples as FLAC."""
    kind = _PLAYABLE.get(path.suffix.lower())
    if kind and path.stat().st_size <= _LARGEST_ORIGINAL:
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
    import io

    import soundfile

    packed = io.BytesIO()
    soundfile.write(packed, samples, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return f"data:audio/flac;base64,{base64.b64encode(packed.getvalue()).decode('ascii')}"


def _lane(lane: Lane) -> dict[str, Any]:
    low = min(0.0, float(lane.values.min(initial=0.0)))
    span = max(1.0, float(lane.values.max(initial=0.0))) - low
    return {
        "name": lane.name,
        "colour": colour_of(lane.name),
        "low": low,
        "span": span,
        "values": _text(np.rint((lane.values - low) / span * 255)),
        "keys": [
            [round(float(t), 4), round(float(v), 4)]
            for t, v in zip(lane.key_times, lane.key_values, strict=True)
        ],
    }


def _text(cells: NDArray[Any]) -> str:
    return base64.b64encode(cells.astype(np.uint8).tobytes()).decode("ascii")
