"""Starting the Studio: the application, its theme, its fonts, and the first window."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from ... import resources
from ...errors import BilabialError
from ..session import Session
from ..settings import Settings
from ..transport import SilentOutput, best_output
from .theme import THEMES, apply_theme
from .window import StudioWindow


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The one application of this process."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(arguments or sys.argv[:1])
    application.setApplicationName("Bilabial Studio")
    application.setDesktopFileName("bilabial-studio")
    translate(application)
    return application


def translate(application: QApplication, locale: QLocale | None = None) -> list[QTranslator]:
    """Qt's own words, and ours where somebody has translated them, in the system's language."""
    folder = Path(__file__).parent / "translations"
    installed = []
    for name, place in (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("studio", str(folder)),
    ):
        translator = QTranslator(application)
        if translator.load(locale or QLocale(), name, "_", place):
            application.installTranslator(translator)
            installed.append(translator)
    return installed


def demo_folder() -> Path | None:
    """Where the demo line lies: in a checkout beside the docs, in an installation among the data."""
    try:
        rigs = resources.folder("rigs")
    except BilabialError:
        return None
    for place in (rigs.parent / "docs" / "demo", rigs.parent / "demo"):
        if (place / "line.flac").is_file():
            return place
    return None


def make_window(
    settings: Settings | None = None, silent: bool = False, theme: str | None = None
) -> StudioWindow:
    application = make_application()
    settings = settings or Settings()
    wanted = theme or settings.get("theme", THEMES[0])
    apply_theme(application, wanted)
    if theme:
        settings.set("theme", theme)
    output, told = (SilentOutput(), "") if silent else best_output()
    session = Session(settings, output)
    window = StudioWindow(session, demo_folder())
    if told:
        session.say(told)
    head = settings.get("head", "")
    if isinstance(head, str) and head:
        session.choose_head(Path(head))
    return window


def run_studio(place: Path | None, theme: str | None, silent: bool) -> int:
    window = make_window(silent=silent, theme=theme)
    window.show()
    if place is not None:
        window.deeds.open_place(place)
    return make_application().exec()
