"""Cards for people: what a model is for, what it heard, how well it does. README.md beside card.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...atomic import atomic_path

# Where a data set lives, by what its credit's name begins with.
_HOMES = {
    "Whisper": "https://github.com/openai/whisper",
    "LibriSpeech": "https://www.openslr.org/12",
    "speechocean762": "https://www.openslr.org/101",
    "Common Voice": "https://commonvoice.mozilla.org",
    "CMU ARCTIC": "http://festvox.org/cmu_arctic/",
    "EmoDB": "http://emodb.bilderbar.info",
    "Berlin": "http://emodb.bilderbar.info",
    "GRID": "https://spandh.dcs.shef.ac.uk/gridcorpus/",
    "eSpeak": "https://github.com/espeak-ng/espeak-ng",
    "VCTK": "https://datashare.ed.ac.uk/handle/10283/2651",
}
# What the numbers of a card's scores mean.
_MEASURES = {
    "rows_right": "share of 10 ms rows of speech whose mouth group is right",
    "m_b_p_f1": "F1 of m, b and p found within 40 ms",
    "f_v_f1": "F1 of f and v found within 40 ms",
    "minutes": "minutes of sound measured on",
    "rows_at_rest_without_speech": "share of rows without speech in which the mouth rests",
    "activation_precision": "share of the active controls that the teacher's curves have active too",
    "activation_recall": "share of the teacher's active controls that are found",
    "motion_difference": "mean difference of the curves while something moves, of 1",
    "gap_r": "correlation of the lips' gap with the real mouth's",
    "width_r": "correlation of the mouth's width with the real one's",
    "rmse_of_24_sentences": "root mean square error of the weights, of 1",
    "mse_of_24_sentences": "mean square error of the weights, of 1",
    "psnr": "likeness to the real frames in decibels, whole frames",
    "psnr_of_the_still": "the same of a still that does not move",
    "mouth_psnr": "the same of the mouth's place alone",
    "lip_gap_r": "correlation of the lips' opening with the real film's, by a lip-reader",
    "words_wrong_percent": "words that a lip-reader, trained on the real man, reads wrong",
    "words_wrong_percent_of_the_real_film": "the same on the real films: its own error",
    "words_wrong_percent_of_the_still": "the same where nothing moves: it can only guess",
    "clips": "clips measured on",
    "sentences": "sentences measured on",
}


def told_of(page: str, name: str) -> list[tuple[str, str]]:
    """What the table of docs/models.md says of a model: (what, text) by row."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"
    ]
    head = next((row for row in rows if any(cell.startswith(f"`{name}`") for cell in row)), None)
    if head is None:
        return []
    column = next(i for i, cell in enumerate(head) if cell.startswith(f"`{name}`"))
    body = rows[rows.index(head) + 2 :]
    return [(row[0], row[column].replace("**", "")) for row in body if len(row) == len(head)]


def _flat(scores: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str, Any]]:
    """(where, measure, value) of nested scores."""
    for key, value in scores.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}, {key}".strip(", ").replace("_", " "))
        else:
            yield before, key, value


def _linked(name: str) -> str:
    home = next((link for begin, link in _HOMES.items() if name.startswith(begin)), None)
    return f"[{name}]({home})" if home else name


def readable(card: Mapping[str, Any], page: str) -> str:
    """The card as a page. ``page``: docs/models.md, which says what each model is for."""
    lines = [f"# {card['name']} {card['version']}", "", str(card["summary"]), ""]
    lines += [f"- *{what}*: {text}" for what, text in told_of(page, card["name"])]
    lines += ["", "## How well it does", ""]
    scores = list(_flat(card.get("scores", {})))
    lines += ["| on | measure | |", "|---|---|---|"]
    lines += [f"| {where or 'all'} | {key.replace('_', ' ')} | {value} |" for where, key, value in scores]
    meant = {key: _MEASURES[key] for _, key, _ in scores if key in _MEASURES}
    lines += ["", *(f"- *{key.replace('_', ' ')}*: {text}" for key, text in meant.items())]
    lines += ["", "## What it learned from", ""]
    for one in card.get("data", [{"name": card.get("credit", ""), "licence": card["licence"], "credit": ""}]):
        hours = f", {one['hours']:g} h" if one.get("hours") else ""
        credit = f" {one['credit']}." if one.get("credit") else ""
        lines.append(f"- {_linked(one['name'])} ({one['licence']}{hours}).{credit}")
    if card.get("teacher"):
        lines += ["", str(card["teacher"])]
    lines += ["", "## Limits and licence", "", str(card.get("notes", "")), ""]
    lines += [
        f"Licence of the weights: {card['licence']}. More: docs/models.md, docs/evaluation.md, docs/face.md.",
        "",
    ]
    lines += ["Written from card.json by `python -m bilabial.training cards`."]
    return "\n".join(lines) + "\n"


def write(models: Path, page: Path) -> list[Path]:
    """README.md beside every card.json below a folder."""
    written = []
    for home in sorted(models.glob("*/card.json")):
        text = readable(json.loads(home.read_text("utf-8")), page.read_text("utf-8"))
        with atomic_path(home.with_name("README.md")) as temporary:
            temporary.write_text(text, encoding="utf-8")
        written.append(home.with_name("README.md"))
    return written
