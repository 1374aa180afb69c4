"""What is said in the open line, as text that is corrected by typing."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..session import Session


class WordsPanel(QWidget):
    """What is said, as text: type to correct, and the sounds are found anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("What is said"))
        self.text.setPlaceholderText(self.tr("Type what is said, then press Realign"))
        self.language = QComboBox()
        self.language.setEditable(True)
        self.language.setAccessibleName(self.tr("Language"))
        if (entry := self.language.lineEdit()) is not None:
            entry.setAccessibleName(self.tr("Language"))
        self.language.addItems(["en", "de", "fr", "es", "it", "pl", "pt", "nl"])
        self.language.setCurrentText(session.language)
        self.language.currentTextChanged.connect(self._set_language)
        self.button = QPushButton(self.tr("Realign"))
        self.button.setObjectName("primary")
        self.button.clicked.connect(lambda: session.attempt(lambda: session.realign(self.text.toPlainText())))
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("Language")))
        row.addWidget(self.language)
        row.addStretch(1)
        row.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 8)
        box.addWidget(self.text, 1)
        box.addLayout(row)
        session.listen("document", self.show_text)

    def show_text(self) -> None:
        line, document = self.session.line(), self.session.document
        text = "" if line is None else line.text
        if not text and document is not None:
            text = " ".join(word.text for word in document.take.words)
        self.text.setPlainText(text)

    def _set_language(self, code: str) -> None:
        self.session.language = code.strip() or "en"
        self.session.settings.set("language", self.session.language)
