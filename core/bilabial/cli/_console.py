"""What a command says, and where: results on stdout; progress, notes and refusals on stderr."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any, ClassVar, TextIO

# What a stranger's name or label would order a terminal to do, or turn about, is spelled out.
_ORDERS = {
    code: f"\\u{code:04x}"
    for code in (*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def emit(text: str) -> None:
    """One result line on stdout."""
    _write(sys.stdout, text)


def note(text: str) -> None:
    """One line for the person at the terminal; never part of a result, so a full or closed stderr is none."""
    with contextlib.suppress(OSError):
        _write(sys.stderr, text)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is not None:  # Python has none where the caller closed it, as in `bilabial ... >&-`
        stream.write(text.translate(_ORDERS) + "\n")


def refuse(sentence: str, progress_kind: str) -> None:
    """Say why the command ends without its result, in the form that the caller reads."""
    note(json.dumps({"error": sentence}) if progress_kind == "jsonl" else f"bilabial: {sentence}")


class Progress:
    """Progress of one piece of work, called as ``progress(fraction, stage)``; a context that ends its bar."""

    KINDS: ClassVar = ("bar", "jsonl", "none")

    def __init__(self, kind: str, subject: str = "") -> None:
        self.kind = kind
        self.subject = subject
        self._bar: Any = None
        self._last = -1.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *what_was_raised: object) -> None:
        if self._bar is not None:
            with contextlib.suppress(OSError):
                self._bar.close()
            self._bar = None

    def __call__(self, fraction: float, stage: str) -> None:
        if self.kind == "none":
            return
        fraction = min(max(fraction, 0.0), 1.0)
        if self.kind == "jsonl":
            # A reader wants steps, not a flood: every half per cent and every change to 1.
            if fraction - self._last >= 0.005 or (fraction == 1.0 and self._last != 1.0):
                self._last = fraction
                with contextlib.suppress(OSError):
                    line = {"progress": round(fraction, 4), "stage": stage, "subject": self.subject}
                    note(json.dumps(line, ensure_ascii=False))
                    sys.stderr.flush()
            return
        with contextlib.suppress(OSError):
            self._draw(fraction, stage)

    def _draw(self, fraction: float, stage: str) -> None:
        label = f"{self.subject} {stage}".strip()
        if self._bar is None:
            from tqdm import tqdm

            layout = "{desc}: {percentage:3.0f}% |{bar}| {elapsed}<{remaining}"
            self._bar = tqdm(
                total=1.0, desc=label, file=sys.stderr, leave=False, dynamic_ncols=True, bar_format=layout
            )
        self._bar.set_description_str(label, refresh=False)
        self._bar.update(fraction - self._bar.n)
