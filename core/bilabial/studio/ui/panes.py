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
            ("words", self.tr("Words"), self.text, right),
            ("lexicon", self.tr("Lexicon"), self.lexicon, right),
            ("style", self.tr("Style"), self.style_panel, right),
            ("notes", self.tr("Notes"), self.notes, right),
            ("compare", self.tr("Compare"), self.compare, right),
            ("live", self.tr("Live"), self.live, right),
            ("picture", self.tr("Picture"), self.portrait, right),
        ):
            dock = QDockWidget(title, window)
            dock.setObjectName(name)
            dock.setWidget(widget)
            window.addDockWidget(area, dock)
            self.docks[name] = dock
        for name in ("words", "lexicon", "style", "notes", "compare", "live", "picture"):
            window.tabifyDockWidget(self.docks["findings"], self.docks[name])
        self.docks["findings"].raise_()
        window.resizeDocks([self.docks["lines"], self.docks["head"]], [380, 340], Qt.Orientation.Horizontal)
        window.resizeDocks([self.docks["head"], self.docks["findings"]], [430, 380], Qt.Orientation.Vertical)
