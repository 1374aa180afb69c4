"""What is said in the open line, as text that is corrected by typing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
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


class _Words(QPlainTextEdit):
    """Return is a new line here, Ctrl+Return says that the words are right."""

    done = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.done.emit()
        else:
            super().keyPressEvent(event)


class WordsPanel(QWidget):
    """What is said, as text: type to correct, and the phones are found anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.text = _Words()
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
        self.button.setToolTip(self.tr("Find the phones of these words anew (Ctrl+Return)"))
        self.button.clicked.connect(self._realign)
        self.text.done.connect(self._realign)
        self._line, self._shown = "", ""  # whose words are seen, and what they were
        self._drafts: dict[str, str] = {}  # typed, and not realigned before another line was opened
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

    def _realign(self) -> None:
        self.session.attempt(lambda: self.session.realign(self.text.toPlainText()))

    def show_text(self) -> None:
        typed = self.text.toPlainText()
        if typed != self._shown:
            self._drafts[self._line] = typed
        line, document = self.session.line(), self.session.document
        text = "" if line is None else line.text
        if not text and document is not None:
            text = " ".join(word.text for word in document.take.words)
        self._line, self._shown = self.session.current, text
        draft = self._drafts.pop(self._line, "")
        self.text.setPlainText(draft or text)

    def _set_language(self, code: str) -> None:
        self.session.language = code.strip() or "en"
        self.session.settings.set("language", self.session.language)
