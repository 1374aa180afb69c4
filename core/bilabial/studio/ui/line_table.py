"""The list of lines, worst first: a model over the session, filters, states."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ...qa.remarks import State
from ..lines import COLUMNS, Filter, Line
from ..session import Session
from .saying import named, translated
from .theme import colours

Index = QModelIndex | QPersistentModelIndex
_STATE_SIGNS = {State.TODO: "○", State.FIXED: "◐", State.APPROVED: "●"}


class LineModel(QAbstractTableModel):
    """Rows are the lines as they are shown; made again as a whole, which fifty thousand bear."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.rows: list[Line] = []
        self.titles = {
            "name": self.tr("Line"), "score": self.tr("Score"), "worst": self.tr("Worst finding"),
            "duration": self.tr("Length"), "words": self.tr("Words"), "keys": self.tr("Keys"),
            "state": "◐", "notes": "✎",
        }  # fmt: skip
        session.listen("lines", self.reload)
        session.listen("document", self.reload)

    def reload(self) -> None:
        fresh = self.session.shown()
        if [line.name for line in fresh] == [line.name for line in self.rows]:
            self.rows = fresh
            if fresh:
                self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.rows = fresh
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[COLUMNS[section]]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        line, column = self.rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == "score" and line.score is not None:
                return colours().of_score(line.score)
            if line.fault:
                return QColor(colours().bad)
            if line.take is None:
                return QColor(colours().soft)
        if role == Qt.ItemDataRole.FontRole and line.name == self.session.current:
            from .theme import small_font

            return small_font(9.5, True)
        if role == Qt.ItemDataRole.ToolTipRole:
            notes = [f"{note.at:.2f} s: {note.text}" for note in line.notes]
            return "\n".join(
                [
                    f"{line.name} ({named(line.state)})",
                    *([translated(line.worst)] if line.worst else []),
                    *notes,
                ]
            )
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (
            "score",
            "duration",
            "words",
            "keys",
            "notes",
        ):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, line: Line, column: str) -> str:
        match column:
            case "name":
                return line.name
            case "score":
                return "" if line.score is None else f"{line.score:.0f}"
            case "worst":
                if line.take is None and not line.fault:
                    return self.tr("no take yet")
                return translated(line.worst)
            case "duration":
                return "" if line.duration is None else f"{line.duration:.1f} s"
            case "state":
                return _STATE_SIGNS[line.state]
            case "notes":
                return str(len(line.notes)) if line.notes else ""
            case _:
                value = getattr(line, column)
                return "" if value is None else str(value)


class LinePanel(QWidget):
    """Search, states, and the table."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.model = LineModel(session)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names, findings, notes, words"))
        self.search.setAccessibleName(self.tr("Search lines"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.states = QComboBox()
        self.states.setAccessibleName(self.tr("Which lines"))
        self.states.addItem(self.tr("All lines"), None)
        for state in State:
            self.states.addItem(f"{_STATE_SIGNS[state]} {named(state)}", state)
        self.states.addItem(self.tr("Below 90"), 90.0)
        self.states.currentIndexChanged.connect(self._filter)
        self.count = QLabel()
        self.count.setObjectName("soft")
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Lines, worst first"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort)
        for column, width in enumerate((120, 44, 30, 150, 30, 56, 46, 46)):
            self.table.setColumnWidth(column, width)
        header.setMinimumSectionSize(28)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.activated.connect(self._open)
        self.table.clicked.connect(self._open)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.states)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 2, 6, 6)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        box.addWidget(self.count)
        self.model.modelReset.connect(self._counted)
        self.model.modelReset.connect(self._mark_current)
        self.model.dataChanged.connect(self._counted)
        session.listen("document", self._select_current)

    def chosen(self) -> list[str]:
        """Names of the rows that are selected; the open line where none is."""
        rows = {index.row() for index in self.table.selectionModel().selectedIndexes()}
        names = [self.model.rows[row].name for row in sorted(rows)]
        return names or ([self.session.current] if self.session.current else [])

    def _filter(self) -> None:
        told = self.states.currentData()
        states = frozenset((told,)) if isinstance(told, State) else frozenset()
        below = told if isinstance(told, float) else 100.1
        self.session.filter = Filter(self.search.text(), states, below)
        self.model.reload()

    def _sort(self, section: int) -> None:
        self.session.sorted_by = COLUMNS[section]
        self.model.reload()

    def _open(self, index: QModelIndex) -> None:
        name = self.model.rows[index.row()].name
        if name != self.session.current:
            self.session.attempt(lambda: self.session.open_line(name))

    def _select_current(self) -> None:
        left = self._mark_current()
        if left is not None:
            self.table.scrollTo(left)

    def _mark_current(self) -> QModelIndex | None:
        """Select the open line's row. Where it went by itself, the list does not run after it."""
        row = next((n for n, line in enumerate(self.model.rows) if line.name == self.session.current), None)
        if row is None:
            return None
        left, right = self.model.index(row, 0), self.model.index(row, len(COLUMNS) - 1)
        self.table.selectionModel().select(
            QItemSelection(left, right), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        return left

    def _counted(self) -> None:
        shown, every = len(self.model.rows), len(self.session.lines)
        text = self.tr("1 line") if every == 1 else self.tr("{0} lines").format(every)
        if shown != every:
            text = self.tr("{0} of {1} lines").format(shown, every)
        done = sum(line.state != State.TODO for line in self.session.lines)
        self.count.setText(f"{text}   ●{done}")
        self.count.setToolTip(self.tr("{0} fixed or approved").format(done))
