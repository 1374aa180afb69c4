"""Colours of the dark and the light Studio, and the style sheet made of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour that the Studio draws with."""

    window: str
    panel: str
    raised: str
    line: str
    ink: str
    soft: str
    accent: str
    accent_ink: str
    cursor: str
    wave: str
    grid: str
    good: str
    fair: str
    bad: str
    ghost: str
    dark: bool

    def of_score(self, score: float) -> QColor:
        return QColor(self.good if score >= 90 else self.fair if score >= 75 else self.bad)

    def of_confidence(self, share: float) -> QColor:
        """From bad over fair to good, without a step."""
        low, middle, high = QColor(self.bad), QColor(self.fair), QColor(self.good)
        one, other, along = (low, middle, share / 0.5) if share < 0.5 else (middle, high, (share - 0.5) / 0.5)
        along = min(max(along, 0.0), 1.0)
        red, green, blue = (
            int(a + (b - a) * along)
            for a, b in (
                (one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue())
            )
        )  # fmt: skip
        return QColor(red, green, blue)


DARK = Colours(
    window="#1b1d21", panel="#22252a", raised="#2c3037", line="#3a3f48", ink="#e4e6ea", soft="#99a0ab",
    accent="#5b9dff", accent_ink="#0d1422", cursor="#ff7a59", wave="#8fb3d9", grid="#2f333b",
    good="#58b368", fair="#e0a840", bad="#e2605a", ghost="#c792ea", dark=True,
)  # fmt: skip
LIGHT = Colours(
    window="#eceef1", panel="#ffffff", raised="#f4f5f7", line="#d3d7dd", ink="#1e2126", soft="#667080",
    accent="#2467d1", accent_ink="#ffffff", cursor="#d6431f", wave="#5c7fa6", grid="#e8eaee",
    good="#2f8a43", fair="#b57a12", bad="#c5352f", ghost="#8a4fbf", dark=False,
)  # fmt: skip

_current = DARK


def colours() -> Colours:
    """The theme in force."""
    return _current


def apply_theme(application: QApplication, name: str) -> None:
    global _current
    _current = LIGHT if name == "light" else DARK
    c = _current
    application.setStyle("Fusion")
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, c.window), (roles.WindowText, c.ink), (roles.Base, c.panel),
        (roles.AlternateBase, c.raised), (roles.Text, c.ink), (roles.Button, c.raised),
        (roles.ButtonText, c.ink), (roles.Highlight, c.accent), (roles.HighlightedText, c.accent_ink),
        (roles.ToolTipBase, c.raised), (roles.ToolTipText, c.ink), (roles.PlaceholderText, c.soft),
        (roles.Mid, c.line), (roles.Dark, c.line), (roles.Light, c.raised), (roles.Link, c.accent),
    ):  # fmt: skip
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(c.soft))
    application.setPalette(palette)
    application.setStyleSheet(_sheet(c))


def small_font(points: float = 8.5, bold: bool = False) -> QFont:
    font = QFont(QApplication.font())
    font.setPointSizeF(points)
    font.setBold(bold)
    return font


def _sheet(c: Colours) -> str:
    return f"""
    QMainWindow::separator {{ background: {c.window}; width: 5px; height: 5px; }}
    QMainWindow::separator:hover {{ background: {c.accent}; }}
    QDockWidget {{ titlebar-close-icon: none; color: {c.soft}; font-weight: 600; }}
    QDockWidget::title {{ background: {c.window}; padding: 5px 8px; }}
    QToolBar {{ background: {c.window}; border: 0; spacing: 3px; padding: 4px; }}
    QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 5px;
      padding: 4px 7px; color: {c.ink}; }}
    QToolButton:hover {{ background: {c.raised}; border-color: {c.line}; }}
    QToolButton:checked {{ background: {c.accent}; color: {c.accent_ink}; }}
    QToolButton:focus, QPushButton:focus {{ border-color: {c.accent}; }}
    QPushButton {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: 5px;
      padding: 5px 12px; }}
    QPushButton:hover {{ border-color: {c.accent}; }}
    QPushButton:disabled {{ color: {c.soft}; }}
    QPushButton#primary {{ background: {c.accent}; color: {c.accent_ink}; border-color: {c.accent};
      font-weight: 600; }}
    QLineEdit, QPlainTextEdit, QComboBox, QDoubleSpinBox {{ background: {c.panel}; border: 1px solid {c.line};
      border-radius: 5px; padding: 3px 6px; selection-background-color: {c.accent}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus,
      QDoubleSpinBox:focus {{ border-color: {c.accent}; }}
    QComboBox::drop-down {{ border: 0; width: 18px; }}
    QTableView, QListView, QListWidget, QTreeView {{ background: {c.panel}; border: 1px solid {c.line};
      border-radius: 5px; alternate-background-color: {c.raised}; outline: 0; }}
    QTableView::item, QListWidget::item {{ padding: 3px 5px; }}
    QTableView::item:selected, QListWidget::item:selected {{ background: {c.accent}; color: {c.accent_ink}; }}
    QHeaderView {{ background: {c.panel}; }}
    QHeaderView::section {{ background: {c.panel}; color: {c.soft}; border: 0;
      border-bottom: 1px solid {c.line}; padding: 4px 6px; }}
    QTabWidget::pane {{ border: 0; }}
    QTabBar::tab {{ background: transparent; color: {c.soft}; padding: 5px 10px; border: 0;
      border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {c.ink}; border-bottom-color: {c.accent}; }}
    QStatusBar {{ background: {c.window}; color: {c.soft}; }}
    QStatusBar::item {{ border: 0; }}
    QProgressBar {{ background: {c.raised}; border: 0; border-radius: 4px; height: 8px; text-align: center; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {c.line}; border-radius: 4px; min-height: 24px; min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {c.soft}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QMenu {{ background: {c.panel}; border: 1px solid {c.line}; padding: 4px; }}
    QMenu::item {{ padding: 4px 22px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {c.accent}; color: {c.accent_ink}; }}
    QMenuBar {{ background: {c.window}; }}
    QMenuBar::item:selected {{ background: {c.raised}; }}
    QToolTip {{ background: {c.raised}; color: {c.ink}; border: 1px solid {c.line}; padding: 4px; }}
    QSlider::groove:horizontal {{ background: {c.line}; height: 4px; border-radius: 2px; }}
    QSlider::handle:horizontal {{ background: {c.accent}; width: 12px; margin: -5px 0; border-radius: 6px; }}
    QLabel#soft {{ color: {c.soft}; }}
    QLabel#title {{ font-size: 26px; font-weight: 600; }}
    """
