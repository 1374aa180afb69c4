"""The project's lexicon: words of this line that nobody knows, and how the project says its words."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..session import Session
from .theme import colours


class LexiconPanel(QWidget):
    """A row a word. Guessed words stand first, in another colour, until somebody says how they are said."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(self.tr("Words and their phones"))
        self.table.setHorizontalHeaderLabels([self.tr("Word"), self.tr("Phones")])
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.word, self.said = QLineEdit(), QLineEdit()
        self.word.setAccessibleName(self.tr("Word"))
        self.word.setPlaceholderText(self.tr("Word"))
        self.said.setAccessibleName(self.tr("Its phones"))
        self.said.setPlaceholderText(self.tr("K W OW1 DH or /kwoʊð/; more with commas"))
        self.said.returnPressed.connect(self._keep)
        self.keep, self.forget = QPushButton(self.tr("Keep")), QPushButton(self.tr("Forget"))
        self.keep.setObjectName("primary")
        self.keep.clicked.connect(self._keep)
        self.forget.clicked.connect(self._forget)
        self.hint = QLabel()
        self.hint.setObjectName("soft")
        self.hint.setWordWrap(True)
        fields, row = QHBoxLayout(), QHBoxLayout()
        fields.addWidget(self.word, 2)
        fields.addWidget(self.said, 3)
        row.addStretch(1)
        row.addWidget(self.forget)
        row.addWidget(self.keep)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.table, 1)
        box.addWidget(self.hint)
        box.addLayout(fields)
        box.addLayout(row)
        self._rows: list[tuple[str, str, bool]] | None = None
        for topic in ("lexicon", "document", "lines"):
            session.listen(topic, self.show_words)
        self.show_words()

    def show_words(self) -> None:
        lexicon, line = self.session.lexicon, self.session.line()
        guesses = lexicon.guesses("" if line is None else line.text, self.session.language)
        rows = [(*guess, True) for guess in guesses] + [(*entry, False) for entry in lexicon.entries()]
        self.setEnabled(lexicon.path is not None)
        if rows == self._rows:
            return
        self._rows = rows
        self.table.setRowCount(len(rows))
        for number, (word, said, guessed) in enumerate(rows):
            for column, text in enumerate((word, said)):
                item = QTableWidgetItem(text)
                if guessed:
                    item.setForeground(QColor(colours().bad))
                    item.setToolTip(self.tr("Guessed from its letters: correct the phones and keep them"))
                self.table.setItem(number, column, item)
        self.hint.setText(
            self.tr("Red words are guessed from their letters: say how they sound, and keep it.")
            if guesses
            else self.tr("Every word of this line is known.")
        )

    def _chosen(self) -> None:
        row = self.table.currentRow()
        word, said = self.table.item(row, 0), self.table.item(row, 1)
        if word is not None and said is not None:
            self.word.setText(word.text())
            self.said.setText(said.text())

    def _keep(self) -> None:
        word, said = self.word.text().strip(), self.said.text()
        if word and said.strip():
            self.session.attempt(lambda: self._set(word, said))

    def _set(self, word: str, said: str) -> None:
        self.session.lexicon.set(word, said)
        self.session.say(self.tr("{0} is kept: realign the lines that hold it.").format(word))

    def _forget(self) -> None:
        word = self.word.text().strip()
        if word:
            self.session.attempt(lambda: self.session.lexicon.set(word, ""))
