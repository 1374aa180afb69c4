"""The pictures of docs/studio.md, driven as a person would: a folder with the demo line in several states.

xvfb-run -s "-screen 0 1600x1000x24" python tests/studio/pictures.py docs/images
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLOURS = 256  # of a picture; the head is the only thing that asks for many
NAMES = ("greeting_01", "greeting_02", "harbour_03", "harbour_04", "letter_05", "letter_06")


def make_folder(folder: Path) -> None:
    """Six takes of the demo line: as it comes, and with the faults that people make."""
    from bilabial.curves.format import save
    from bilabial.curves.style import Style
    from bilabial.curves.take import SPEECH
    from bilabial.pipeline import GenerateOptions, generate

    sound = ROOT / "docs" / "demo" / "line.flac"
    text = (ROOT / "docs" / "demo" / "line.txt").read_text("utf-8")
    take = generate(sound, GenerateOptions(text=text))
    curves = dict(take.track().curves)
    opened = curves["MBP"].select((curves["MBP"].times < 2.0) | (curves["MBP"].times > 4.5))
    variants = {
        "greeting_01": take,
        "greeting_02": take.with_style(Style.preset("mumble")),
        "harbour_03": take.with_curves({**curves, "MBP": opened}),
        "harbour_04": take.with_curves({name: curve.shifted(0.12) for name, curve in curves.items()}),
        "letter_05": take.with_style(Style.preset("shout")),
    }
    for name in NAMES:
        shutil.copyfile(sound, folder / f"{name}.flac")
        (folder / f"{name}.txt").write_text(text, "utf-8")
        if name in variants:
            one = variants[name]
            assert SPEECH in one.tracks
            save(replace(one, sound=replace(one.sound, path=f"{name}.flac")), folder / f"{name}.take.json")


def main() -> int:
    target = Path(sys.argv[1])
    os.environ["BILABIAL_STATE"] = tempfile.mkdtemp()
    from PySide6.QtGui import QImage
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidget

    from bilabial.curves.files import load_take
    from bilabial.qa.remarks import State
    from bilabial.studio.ui.application import make_window

    folder = Path(tempfile.mkdtemp()) / "lines"
    folder.mkdir()
    make_folder(folder)
    window = make_window(silent=True, theme="dark")
    window.show()

    def keep(name: str, widget: QWidget | None = None) -> None:
        QTest.qWait(250)
        picture = (widget or window).grab().toImage()
        picture = picture.convertToFormat(QImage.Format.Format_RGB888)
        from PIL import Image

        whole = Image.frombuffer(
            "RGB", (picture.width(), picture.height()), bytes(picture.constBits()), "raw", "RGB",
            picture.bytesPerLine(), 1,
        )  # fmt: skip
        whole.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(target / name, optimize=True)

    keep("studio-start.png")
    window.deeds.open_place(folder)
    session = window.session
    session.check([line.name for line in session.lines])
    session.wait(240)
    session.mark(["greeting_01"], State.APPROVED)
    session.mark(["letter_05"], State.FIXED)
    session.open_line("harbour_03")
    session.wait(240)
    session.add_note("the m of 'my' must close", 4.3)
    window.board.axis.show_span(1.7, 4.6)
    session.transport.seek(2.62)
    session.select_phones([session.phone_at_cursor() or 0])
    keep("studio.png")
    end = time.monotonic() + 2
    session.transport.play(1.7, 4.6)
    while time.monotonic() < end:
        QTest.qWait(15)
    pace, kind = window.panes.head.pace(), type(window.panes.head).__name__
    sys.stderr.write(f"{kind}: {pace:.0f} frames a second while playing\n")
    session.transport.pause()
    window.deeds.set_theme("light")
    other = load_take(folder / "letter_05.take.json")
    session.compare_with(other, "letter_05")
    window.panes.docks["compare"].raise_()
    session.transport.seek(3.15)
    keep("studio-compare.png")
    window.deeds.set_theme("dark")
    session.compare_with(None)
    window.panes.docks["style"].raise_()
    window.acts.show_palette()
    QTest.qWait(100)
    from bilabial.studio.ui.palette import Palette

    palette = window.findChild(Palette)
    assert palette is not None
    palette.search.setText("line")
    keep("studio-palette.png", palette)
    palette.close()
    window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
