"""A still picture with matplotlib: one lane a control over waveform and phones, every key a dot."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from ..atomic import atomic_path
from ..controls import CONSONANTS, JALI_FIELD, VOWELS
from ..errors import BilabialError
from ..timing import FRAME_RATE
from .content import Lane, PlotContent

FORMATS = (".png", ".svg", ".pdf")
VOWEL, CONSONANT, COARTICULATION, FIELD = "#d9822b", "#2f6f9f", "#7a9e3f", "#6b4c9a"
_INCHES_PER_LETTER = 0.07
_INCHES_PER_SECOND, _LEAST_WIDTH, _MOST_WIDTH = 1.6, 8.0, 60.0


def colour_of(name: str) -> str:
    if name in JALI_FIELD:
        return FIELD
    if name in VOWELS:
        return VOWEL
    return CONSONANT if name in CONSONANTS else COARTICULATION


def draw(content: PlotContent, path: Path, start: float = 0.0, end: float | None = None) -> None:
    """Draw seconds ``start`` to ``end`` (None: to the last) into a PNG, SVG or PDF file."""
    try:
        import matplotlib
    except ImportError:
        raise BilabialError(
            "matplotlib is not installed, so there is no picture: run `pip install 'bilabial[plot]'`"
        ) from None
    # The object interface alone: pyplot would keep global state and look for a screen.
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    end = content.duration if end is None else min(end, content.duration)
    if not 0.0 <= start < end:
        raise BilabialError(
            f"the picture from {start} to {end} s is empty: the take lasts {content.duration:.2f} s"
        )
    shown = slice(int(start * FRAME_RATE), int(end * FRAME_RATE) + 1)
    lanes = [
        lane
        for lane in content.lanes
        if lane.name in JALI_FIELD or lane.values[shown].max(initial=0.0) > 0.02
    ]
    width = float(np.clip((end - start) * _INCHES_PER_SECOND, _LEAST_WIDTH, _MOST_WIDTH))
    heights = [1.1, 0.5, *([0.36] * len(lanes))]
    settings: dict[str, Any] = {
        "svg.hashsalt": "bilabial",  # and no date below: the same take gives the same bytes
        "font.size": 8,
        "font.family": "DejaVu Sans",
        "text.parse_math": False,  # a $ in a file's name is a letter
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # a box stands in its place
        figure = Figure(
            figsize=(width, sum(heights) + 0.9), layout=ConstrainedLayoutEngine(h_pad=0.02, hspace=0.0)
        )
        axes: list[Any] = list(
            figure.subplots(len(heights), 1, sharex=True, gridspec_kw={"height_ratios": heights})
        )
        _draw_sound(axes[0], content)
        _draw_phones(axes[1], content, start, end, width / (end - start))
        for axis, lane in zip(axes[2:], lanes, strict=True):
            _draw_lane(axis, lane)
        axes[-1].set_xlim(start, end)
        axes[-1].set_xlabel("seconds")
        axes[-1].tick_params(axis="x", length=3)
        rate = content.key_count / content.duration if content.duration else 0.0
        axes[0].set_title(f"{content.title}: {content.key_count} keys, {rate:.1f} a second", loc="left")
        with atomic_path(path) as temporary:
            kind = path.suffix.lower().lstrip(".")
            stamp = {"Date": None} if kind == "svg" else {"CreationDate": None} if kind == "pdf" else {}
            figure.savefig(temporary, format=kind, dpi=110, metadata=stamp)


def _bare(axis: Any) -> None:
    axis.set_yticks([])
    axis.tick_params(axis="x", length=0)
    for side in ("top", "right", "left", "bottom"):
        axis.spines[side].set_visible(False)


def _draw_sound(axis: Any, content: PlotContent) -> None:
    _bare(axis)
    axis.margins(y=0.02)
    if not len(content.envelope):
        axis.text(0.5, 0.5, "(the sound is not at hand)", transform=axis.transAxes, ha="center", color="0.5")
        return
    times = np.arange(len(content.envelope)) / FRAME_RATE
    axis.fill_between(times, content.envelope[:, 0], content.envelope[:, 1], color="0.35", linewidth=0)


def _draw_phones(axis: Any, content: PlotContent, start: float, end: float, scale: float) -> None:
    """``scale``: inches a second. Labels that are too long for their sound stand upright."""
    _bare(axis)
    axis.set_ylim(0.0, 1.0)
    for phone in content.phones:
        if phone.is_silence or phone.end <= start or phone.start >= end:
            continue
        colour = VOWEL if phone.group in VOWELS else CONSONANT
        axis.axvspan(phone.start, phone.end, color=colour, alpha=0.25, linewidth=0)
        axis.axvline(phone.start, color="white", linewidth=0.8)
        middle = (max(phone.start, start) + min(phone.end, end)) / 2
        # matplotlib would read a label like $x$ as mathematics: labels are data.
        fits = len(phone.label) * _INCHES_PER_LETTER <= (phone.end - phone.start) * scale
        axis.text(
            middle, 0.5, phone.label, ha="center", va="center", rotation=0 if fits else 90,
            fontsize=7 if fits else 5.5, parse_math=False, clip_on=True,
        )  # fmt: skip


def _draw_lane(axis: Any, lane: Lane) -> None:
    _bare(axis)
    colour = colour_of(lane.name)
    times = np.arange(len(lane.values)) / FRAME_RATE
    axis.set_ylim(min(-0.06, float(lane.values.min())), max(1.12, float(lane.values.max()) * 1.05))
    axis.axhline(0.0, color="0.85", linewidth=0.6)
    axis.fill_between(times, 0.0, lane.values, color=colour, alpha=0.25, linewidth=0)
    axis.plot(times, lane.values, color=colour, linewidth=0.9)
    axis.plot(lane.key_times, lane.key_values, ".", color=colour, markersize=3)
    axis.set_ylabel(lane.name, rotation=0, ha="right", va="center", parse_math=False)
