"""Ten lines fixed in ten minutes: a folder walked through worst first, in a real window, by mouse and keys.

xvfb-run -s "-screen 0 1600x1000x24" python tests/studio/ten_lines.py FOLDER [PICTURES]

FOLDER holds lines (sound, NAME.txt, a take if there is one) and for each NAME.right.txt, what is really said.
Each line is opened by a click on the first row that is still to do and heard twice; its words are typed anew,
found, written and marked as fixed. Printed for each: the seconds of a person's hands and ears, told by the
keystroke-level model of Card, Moran and Newell, and the processor's for what the machine did meanwhile.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

KEY, POINT, BUTTON, THINK = 0.28, 1.1, 0.2, 1.35  # seconds: an average typist's key, a move of the mouse, ...
HEARINGS = 2  # of the line, before and after


class Walk:
    def __init__(self, folder: Path, pictures: Path | None) -> None:
        from PySide6.QtTest import QTest

        from bilabial.studio.ui.application import make_window

        self.pictures = pictures
        self.test = QTest
        self.window = make_window(silent=True, theme="dark")
        self.window.show()
        self.session = self.window.session
        self.human = 0.0
        self.window.deeds.open_place(folder)
        if any(line.take is None for line in self.session.lines):
            self.window.deeds.generate_missing()
            self.wait(lambda: not self.session.running)
        self.session.check([line.name for line in self.session.lines])
        self.wait(lambda: not self.session.running)

    def wait(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + 600
        while not done() and time.monotonic() < end:
            self.test.qWait(30)

    def ready(self) -> bool:
        session = self.session
        return not session.running and (session.document is None or session.report is not None)

    def worst(self) -> str:
        from bilabial.qa.remarks import State

        return next(line.name for line in self.session.shown() if line.state is State.TODO)

    def open(self, name: str) -> None:
        from PySide6.QtCore import Qt

        panel = self.window.panes.lines
        row = next(n for n, line in enumerate(panel.model.rows) if line.name == name)
        index = panel.model.index(row, 0)
        panel.table.scrollTo(index)
        spot = panel.table.visualRect(index).center()
        self.test.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        self.human += THINK + POINT + BUTTON
        self.wait(self.ready)
        assert self.session.current == name, (self.session.current, name)

    def type_words(self, words: str) -> None:
        """From the first letter that is wrong on; nothing is typed where nothing is."""
        from PySide6.QtCore import Qt

        text = self.window.panes.text.text
        shown = text.toPlainText()
        pairs = zip(shown.lower(), words.lower(), strict=False)
        same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(shown), len(words)))
        self.window.panes.docks["words"].raise_()
        self.human += THINK
        if shown.lower() == words.lower():
            return
        cursor = text.textCursor()
        cursor.setPosition(same)
        text.setTextCursor(cursor)
        text.setFocus()
        self.human += POINT + BUTTON
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        self.test.keyClick(text, Qt.Key.Key_End, both)
        self.test.keyClicks(text, words[same:])
        if same == len(words):
            self.test.keyClick(text, Qt.Key.Key_Delete)
        self.test.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.human += KEY * (len(words) - same + 4)
        self.wait(self.ready)

    def keep(self) -> None:
        self.window.acts.save.trigger()
        self.wait(self.ready)
        next(one for one in self.window.acts.every if one.shortcut().toString() == "Alt+2").trigger()
        self.human += THINK + 4 * KEY

    def picture(self, name: str) -> None:
        if self.pictures is not None:
            self.test.qWait(200)
            self.window.grab().save(str(self.pictures / f"{name}.png"))


def main() -> int:
    folder = Path(sys.argv[1])
    pictures = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    os.environ["BILABIAL_STATE"] = tempfile.mkdtemp()
    walk = Walk(folder, pictures)
    walk.picture("before")
    total = machine = 0.0
    for number in range(10):
        name = walk.worst()
        began, walk.human = time.process_time(), 0.0
        line = walk.session.line(name)
        assert line is not None
        before, said = line.score, line.worst
        walk.open(name)
        walk.picture(f"line-{number}-opened")
        words = (folder / f"{name}.right.txt").read_text("utf-8").strip()
        walk.type_words(words)
        walk.human += HEARINGS * walk.session.transport.duration + THINK
        walk.keep()
        walk.picture(f"line-{number}-fixed")
        spent = time.process_time() - began
        total, machine = total + walk.human, machine + spent
        line = walk.session.line(name)
        assert line is not None
        scores = " -> ".join("none" if score is None else f"{score:.0f}" for score in (before, line.score))
        sys.stdout.write(
            f"{name:16} {scores:12} hands and ears {walk.human:5.1f} s, processor {spent:5.1f} s: "
            f"{said[:70]}\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"ten lines: hands and ears {total / 60:.1f} min, processor {machine / 60:.1f} min\n")
    walk.window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
