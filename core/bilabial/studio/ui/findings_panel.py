"""The report of the open line: a score, and findings that jump."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...qa.finding import WEIGHTS, Finding
from ..session import Session
from .saying import named, translated
from .theme import colours


class FindingsPanel(QWidget):
    """The report of the open line: a score, and findings that jump."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.score = QLabel()
        self.score.setTextFormat(Qt.TextFormat.RichText)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Findings, worst first"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._jump)
        self.list.itemClicked.connect(self._jump)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.score)
        box.addWidget(self.list, 1)
        session.listen("report", self.show_report)
        self.show_report()

    def show_report(self) -> None:
        self.list.clear()
        report = self.session.report
        if report is None:
            waiting = self.session.document is not None
            self.score.setText(self.tr("Listening…") if waiting else self.tr("No take is open."))
            return
        colour = colours().of_score(report.score).name()
        found = report.findings
        told = self.tr("nothing found") if not found else self.tr("{0} findings").format(len(found))
        self.score.setText(
            f'<span style="font-size:22px;font-weight:600;color:{colour}">{report.score:.0f}</span> '
            f'<span style="color:{colours().soft}">/ 100, {told}</span>'
        )
        for finding in found:
            item = QListWidgetItem(
                f"{finding.start:6.2f} s   {named(finding.kind)}\n{translated(finding.reason)}"
            )
            item.setData(Qt.ItemDataRole.UserRole, finding)
            item.setForeground(QColor(colours().bad if _grave(finding) else colours().ink))
            self.list.addItem(item)

    def _jump(self, item: QListWidgetItem) -> None:
        self.session.jump(item.data(Qt.ItemDataRole.UserRole))
        self.session.tell("selection")


def _grave(finding: Finding) -> bool:
    return WEIGHTS[finding.kind] * finding.severity >= 10.0
