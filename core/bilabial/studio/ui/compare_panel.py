"""Take against take: what differs, and a blind test."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...curves.files import load_take
from ...paths import home
from ..compare import BlindTest, Choice, differences
from ..session import Session


class ComparePanel(QWidget):
    """Another take of the line as ghost curves and a second head; or a blind test of the two."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.test: BlindTest | None = None
        self.what = QLabel(self.tr("Nothing is compared."))
        self.what.setObjectName("soft")
        self.what.setWordWrap(True)
        file, saved, end = (
            QPushButton(self.tr("Another take…")),
            QPushButton(self.tr("As it was saved")),
            QPushButton(self.tr("End")),
        )
        file.clicked.connect(self._choose)
        saved.clicked.connect(self._saved)
        end.clicked.connect(lambda: session.compare_with(None))
        row = QHBoxLayout()
        for button in (file, saved, end):
            row.addWidget(button)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Where the takes differ"))
        self.list.itemClicked.connect(self._jump)
        self.blind = QPushButton(self.tr("Blind test"))
        self.blind.setCheckable(True)
        self.blind.toggled.connect(self._begin)
        votes = QHBoxLayout()
        votes.addWidget(self.blind)
        self.buttons: dict[Choice, QPushButton] = {}
        choices: tuple[tuple[Choice, str], ...] = (
            ("A", self.tr("A is better")), ("B", self.tr("B is better")), ("same", self.tr("The same"))
        )  # fmt: skip
        for choice, title in choices:
            button = QPushButton(title)
            button.setEnabled(False)
            button.clicked.connect(lambda _=False, choice=choice: self._vote(choice))
            self.buttons[choice] = button
            votes.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.what)
        box.addLayout(row)
        box.addWidget(self.list, 1)
        box.addLayout(votes)
        session.listen("compare", self.show_differences)

    def show_differences(self) -> None:
        self.list.clear()
        document, other = self.session.document, self.session.other
        if document is None or other is None:
            self.what.setText(self.tr("Nothing is compared."))
            self.blind.setEnabled(False)
            return
        self.blind.setEnabled(True)
        if self.test is not None:
            self.what.setText(self.tr("A is on the left, B on the right: which one speaks better?"))
            return
        self.what.setText(self.tr("Dashed curves and the right head: {0}").format(self.session.other_name))
        for found in differences(document.take, other)[:12]:
            if found.mean > 1e-4:
                item = QListWidgetItem(
                    self.tr("{0}: {1:.3f} apart on average, {2:.2f} at {3:.2f} s").format(
                        found.curve, found.mean, found.largest, found.at
                    )
                )
                item.setData(Qt.ItemDataRole.UserRole, found.at)
                self.list.addItem(item)

    def _jump(self, item: QListWidgetItem) -> None:
        at = item.data(Qt.ItemDataRole.UserRole)
        if at is not None:
            self.session.transport.seek(float(at))
            self.session.tell("selection")

    def _choose(self) -> None:
        start = str(self.session.folder or home())
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Another take"), start, self.tr("Takes (*.json)"))
        if name:
            take = self.session.attempt(lambda: load_take(Path(name)))
            if take is not None:
                self.session.compare_with(take, Path(name).name)

    def _saved(self) -> None:
        document = self.session.document
        if document is not None:
            take = self.session.attempt(lambda: load_take(document.path))
            if take is not None:
                self.session.compare_with(take, self.tr("as it was saved"))

    def _begin(self, on: bool) -> None:
        if on:
            self.test = BlindTest("this", self.session.other_name or "other")
        elif self.test is not None:
            self._keep(self.test)
            self.test = None
        for button in self.buttons.values():
            button.setEnabled(on)
        self.session.tell("compare")  # the heads may change sides

    def swapped(self) -> bool:
        """Whether the blind test shows the other take as A, on the left."""
        return self.test is not None and self.test.shown_as_a(self.session.current) != "this"

    def _vote(self, choice: Choice) -> None:
        if self.test is not None:
            self.test.vote(self.session.current, choice)
            winner = self.test.winner(self.session.current)
            self.session.say(
                self.tr("{0} was preferred.").format(winner)
                if winner
                else self.tr("Both are the same to you.")
            )

    def _keep(self, test: BlindTest) -> None:
        folder = self.session.folder
        if test.votes and folder is not None:
            target = folder / "votes.bilabial.csv"

            def keep() -> None:
                test.write(target)
                self.session.say(self.tr("The votes are in {0}.").format(target.name))

            self.session.attempt(keep)
