"""Reports as text for people, JSON and CSV for programs. The same reports give the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from .finding import WEIGHTS, Finding, Report
from .remarks import State

SCHEMA = "bilabial/check/1"
_SHOWN = 8  # findings of a take that a person is shown; files hold all


def as_text(reports: Sequence[Report], shown: int = _SHOWN) -> str:
    """Worst take first, and in each its worst findings first."""
    lines: list[str] = []
    for report in sorted(reports, key=lambda one: (one.score, one.name)):
        lines.append(f"{report.score:5.1f}  {report.name}  ({report.duration:.2f} s)")
        findings = report.findings
        lines += [f"       {_moment(one.start)}  {one.kind:8} {one.reason}" for one in findings[:shown]]
        if len(findings) > shown:
            lines.append(f"       and {len(findings) - shown} more")
        state = report.remarks.state
        lines += [] if state is State.TODO else [f"       marked as {state}"]
        lines += [f"       {_moment(note.at)}  note     {note.text}" for note in report.remarks.notes]
        lines += [
            f"       not judged: {verdict.kind} ({verdict.note})"
            for verdict in report.verdicts
            if verdict.share is None
        ]
    return "\n".join(lines) + "\n"


def as_json(reports: Sequence[Report]) -> str:
    """Everything, takes in the order given."""
    data = {"schema": SCHEMA, "weights": WEIGHTS, "takes": [_report(report) for report in reports]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def as_csv(reports: Sequence[Report]) -> str:
    """One row a finding, then one a note; a take without any has one row without a kind."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(("take", "score", "kind", "start", "end", "severity", "reason"))
    for report in reports:
        rows: list[tuple[Any, ...]] = [
            (one.kind, f"{one.start:.3f}", f"{one.end:.3f}", f"{one.severity:.2f}", one.reason)
            for one in report.findings
        ]
        rows += [("note", f"{note.at:.3f}", f"{note.at:.3f}", "", note.text) for note in report.remarks.notes]
        for row in rows or [("", "", "", "", "")]:
            table.writerow((report.name, report.score, *row))
    return stream.getvalue()


def _report(report: Report) -> dict[str, Any]:
    return {
        "take": report.name,
        "duration": report.duration,
        "score": report.score,
        "checks": {
            verdict.kind: {
                "share": None if verdict.share is None else round(verdict.share, 4),
                **({"note": verdict.note} if verdict.note else {}),
                "measures": {name: round(value, 4) for name, value in verdict.measures.items()},
            }
            for verdict in report.verdicts
        },
        "findings": [_finding(finding) for finding in report.findings],
        "state": str(report.remarks.state),
        "notes": [{"at": round(note.at, 4), "text": note.text} for note in report.remarks.notes],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "start": round(finding.start, 4),
        "end": round(finding.end, 4),
        "severity": round(finding.severity, 3),
        "reason": finding.reason,
    }


def _moment(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60.0)
    return f"{int(minutes)}:{rest:05.2f}"
