"""The panes about the timeline, each in a dock of the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from ..session import Session
from .compare_panel import ComparePanel
from .findings_panel import FindingsPanel
from .head_pane import HeadPane
from .lexicon_panel import LexiconPanel
from .line_table import LinePanel
from .live_panel import LivePanel
from .notes_panel import NotesPanel
from .portrait_pane import PortraitPane
from .style_panel import StylePanel
from .words_panel import WordsPanel

# Docks that share a place, the first on top: so few that every title can be read.
_TABS = {"words": ("lexicon", "notes"), "findings": ("style", "compare", "live", "picture")}


class Panes(QObject):
    def __init__(self, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self.lines = LinePanel(session)
        self.head_pane = HeadPane(session)
        self.head = self.head_pane.head
        self.findings, self.text = FindingsPanel(session), WordsPanel(session)
        self.style_panel, self.notes = StylePanel(session), NotesPanel(session)
        self.lexicon = LexiconPanel(session)
        self.compare, self.live = ComparePanel(session), LivePanel(session, self.head)
        self.portrait = PortraitPane(session)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.docks: dict[str, QDockWidget] = {}
        for name, title, widget, area in (
            ("lines", self.tr("Lines"), self.lines, left),
            ("head", self.tr("Head"), self.head_pane, right),
            ("findings", self.tr("Findings"), self.findings, right),
            ("words", self.tr("Words"), self.text, left),
            ("lexicon", self.tr("Lexicon"), self.lexicon, left),
            ("notes", self.tr("Notes"), self.notes, left),
            ("style", self.tr("Style"), self.style_panel, right),
            ("compare", self.tr("Compare"), self.compare, right),
            ("live", self.tr("Live"), self.live, right),
            ("picture", self.tr("Picture"), self.portrait, right),
        ):
            dock = QDockWidget(title, window)
            dock.setObjectName(name)
            dock.setWidget(widget)
            self.docks[name] = dock
            below = next((first for first, others in _TABS.items() if name in others), None)
            window.addDockWidget(area, dock)
            if below is not None:  # at once: docks one below the other would make the window taller for good
                window.tabifyDockWidget(self.docks[below], dock)
        for first in _TABS:
            self.docks[first].raise_()
        self._window = window

    def lay_out(self) -> None:
        """As wide and as high as they begin; the window must be seen for that."""
        window = self._window
        window.resizeDocks([self.docks["lines"], self.docks["head"]], [380, 340], Qt.Orientation.Horizontal)
        for upper, lower, sizes in (("lines", "words", [560, 250]), ("head", "findings", [430, 380])):
            window.resizeDocks([self.docks[upper], self.docks[lower]], sizes, Qt.Orientation.Vertical)
