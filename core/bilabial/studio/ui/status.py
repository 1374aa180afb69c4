"""The line at the foot: the last sentence, and the job that is under way with its stop."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton

from ..session import Session
from .saying import named, translated


class Status(QStatusBar):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.told, self.doing = QLabel(), QLabel()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(150)
        self.bar.setTextVisible(False)
        self.stop = QToolButton()
        self.stop.setText(self.tr("Stop"))
        self.stop.clicked.connect(lambda: session.cancel())
        self.addWidget(self.told, 1)
        for widget in (self.doing, self.bar, self.stop):
            self.addPermanentWidget(widget)
            widget.hide()
        session.listen("message", self.show_message)
        session.listen("jobs", self.show_jobs)
        self.show_message()

    def show_message(self) -> None:
        told = translated(self.session.message)
        self.told.setText(told)
        self.told.setToolTip(told)

    def show_jobs(self) -> None:
        seen = [running for running in self.session.running if not running.quiet]
        for widget in (self.doing, self.bar, self.stop):
            widget.setVisible(bool(seen))
        if seen:
            self.doing.setText(f"{translated(seen[0].title)}: {named(seen[0].job.stage)}")
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(seen[0].job.fraction * 1000))
