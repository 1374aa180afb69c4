"""How long the Studio's window stands still with a folder of many files, and how fast its head is drawn.

    QT_QPA_PLATFORM=offscreen python tests/measure/studio.py --lines 50000
    xvfb-run python tests/measure/studio.py --lines 0

The window's beat should come every 16 ms: what is told is the longest time between two, as the clock and
as the processor saw it (on a machine with other work the clock tells of that work). Every sound is one
small file.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

FILES_A_FOLDER = 1000


def make_folder(home: Path, lines: int) -> None:
    soundfile.write(home / "one.wav", np.zeros(1600), 16_000)
    for number in range(lines):
        folder = home / "lines" / f"{number // FILES_A_FOLDER:03}"
        if number % FILES_A_FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / f"{number:05}.wav").hardlink_to(home / "one.wav")


class Stalls:
    """The longest time that the window's events waited, while something is done."""

    def __init__(self) -> None:
        self.clock = self.processor = 0.0

    def during(self, ended: Callable[[], bool], seconds: float = 600.0) -> float:
        from PySide6.QtWidgets import QApplication

        begun = time.perf_counter()
        while not ended() and time.perf_counter() - begun < seconds:
            clock, processor = time.perf_counter(), time.thread_time()
            QApplication.processEvents()
            self.clock = max(self.clock, time.perf_counter() - clock)
            self.processor = max(self.processor, time.thread_time() - processor)
            time.sleep(0.002)
        return time.perf_counter() - begun


def measure_folder(home: Path, count: int) -> None:
    from bilabial.studio.ui.application import make_window

    window = make_window(silent=True)
    window.panes.docks["head"].hide()
    window.show()
    session, stalls = window.session, Stalls()
    session.listen_to_line = lambda: None  # type: ignore[method-assign]
    begun = time.thread_time()
    window.deeds.open_place(home / "lines")
    opened = time.thread_time() - begun
    took = stalls.during(lambda: len(session.lines) == count and bool(session.current))
    tell(f"{count} lines: the click came back in {1e3 * opened:.0f} ms, the list stood after {took:.1f} s")
    tell(f"longest wait: {1e3 * stalls.processor:.0f} ms of processor, {1e3 * stalls.clock:.0f} by the clock")
    stalls = Stalls()
    took = stalls.during(lambda: not session.running)
    tell(f"all read after {took:.1f} s more, longest wait {1e3 * stalls.processor:.0f} ms of processor")
    for title, work in (
        ("a filter", lambda: window.panes.lines.search.setText("0007")),
        ("a sort", lambda: window.panes.lines._sort(0)),
        ("a mark", lambda: session.mark([session.current], next(iter(type(session.lines[0].state))))),
    ):
        begun = time.thread_time()
        work()
        tell(f"{title}: {1e3 * (time.thread_time() - begun):.0f} ms of processor")
    window.close()


def measure_head() -> None:
    """ms of processor a frame, by each way to draw it that there is."""
    from bilabial.render.looks import FACE, mesh_of
    from bilabial.render.rasteriser import render
    from bilabial.render.speaking import Speaker
    from bilabial.studio.ui.application import make_window
    from bilabial.studio.ui.gl_head import GlHead

    speaker = Speaker()
    mesh = mesh_of(speaker.head)
    rng = np.random.default_rng(1)
    for side in (200, 340):
        spent = []
        for _ in range(8):
            begun = time.process_time()
            vertices = speaker.of_controls(rng.uniform(0, 0.5, 31).astype(np.float32))
            posed = time.process_time()
            render(mesh, vertices, FACE, (side, side), 1, shadows=False)
            spent.append((posed - begun, time.process_time() - posed))
        pose, drawn = (1e3 * min(column) for column in zip(*spent, strict=True))
        tell(f"own renderer, {side} x {side}: pose {pose:.1f} ms, picture {drawn:.1f} ms")
    window = make_window(silent=True)
    window.show()
    if isinstance(window.panes.head, GlHead):
        window.panes.head.resize(350, 340)
        spent = []
        for _ in range(30):
            begun = time.process_time()
            window.panes.head.picture()
            spent.append(time.process_time() - begun)
        tell(f"OpenGL, 350 x 340: {1e3 * sorted(spent)[len(spent) // 2]:.1f} ms")
    window.close()


def tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=50_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="studio-") as home:
        os.environ["BILABIAL_STATE"] = home
        if args.lines:
            make_folder(Path(home), args.lines)
            measure_folder(Path(home), args.lines)
        else:
            measure_head()
    return 0


if __name__ == "__main__":
    sys.exit(main())
