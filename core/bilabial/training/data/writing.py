"""Writing speech sets: sounds with a manifest and phone labels, in the layout that sets.py reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from ...timing import SAMPLE_RATE
from .sets import MANIFEST_FILE

MANIFEST = "utt\tfile\tspeaker\tlang\tsplit\tnote\ttext"
PHONES = "utt\tstart\tend\tphone"


class SetWriter:
    """``with SetWriter(folder) as out: out.add(...)``. The manifest is written last, so a set is whole or
    absent.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest: list[str] = []
        self._phones: list[str] = []

    def __enter__(self) -> SetWriter:
        (self.folder / "audio").mkdir(parents=True, exist_ok=True)
        return self

    def add(
        self,
        name: str,
        samples: NDArray[np.float32],
        phones: Iterable[tuple[float, float, str]],
        *,
        speaker: str,
        language: str,
        split: str = "train",
        note: str = "",
        text: str = "",
    ) -> None:
        """One clip: samples at 16 kHz, phones as (start, end, label) in seconds."""
        import soundfile

        file = f"audio/{name}.flac"
        soundfile.write(self.folder / file, samples, SAMPLE_RATE)
        clean = " ".join(text.split())
        self._manifest.append("\t".join((name, file, speaker, language, split, note, clean)))
        self._phones += [f"{name}\t{start:.4f}\t{end:.4f}\t{label}" for start, end, label in phones]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        write_rows(self.folder / "phones.tsv", PHONES, self._phones)
        write_rows(self.folder / MANIFEST_FILE, MANIFEST, self._manifest)


def write_rows(path: Path, header: str, lines: Iterable[str]) -> None:
    """A table of a set, whole or not at all."""
    from ...atomic import atomic_path

    with atomic_path(path) as temporary:
        temporary.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
