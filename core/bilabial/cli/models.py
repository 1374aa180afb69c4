"""``bilabial models``: the trained models at hand, and whether each still gives its golden output."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ._console import emit

SUMMARY = "list the trained models, check one, or add a words model"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "models",
        help=SUMMARY,
        description="List the trained models, or check one. `bilabial models add FOLDER` turns a Whisper "
        "checkpoint (tiny to small; safetensors, or CTranslate2's model.bin) into a words model.",
    )
    parser.add_argument("model", nargs="?", help="name or folder of one model (default: every installed one)")
    parser.add_argument("folder", nargs="?", type=Path, help="with `add`: the checkpoint's folder")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FOLDER",
        help="with `add`: the folder to make (default: words-NAME)",
    )
    parser.add_argument(
        "--check", action="store_true", help="run each model and compare with its golden output"
    )
    parser.add_argument("--json", action="store_true", help="whole cards as JSON, one a line")


def run(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from ..errors import ModelError
    from ..models.families.portrait.store import available_portraits
    from ..models.store import available_models, load_model
    from ..words.store import available_words_models

    if args.model == "add":
        return _add(args.folder, args.output)
    if args.folder is not None or args.output is not None:
        raise ModelError("a second folder belongs to `bilabial models add FOLDER` alone: leave it out")
    if args.model is not None and _is_words_model(args.model):
        _show_words_model(args.model, args.json)
        return 0
    if args.model is not None and _is_portrait(args.model):
        _show_portrait(args.model, args.json)
        return 0
    names = [args.model] if args.model else available_models()
    if not names:
        raise ModelError(
            "no trained model is installed: give --phones, or the folder of a model with --model"
        )
    for name in names:
        model = load_model(name)
        card = model.card
        difference = model.check_golden() if args.check else None
        if args.json:
            facts: dict[str, Any] = {
                "name": card.name, "version": card.version, "summary": card.summary, "trained": card.trained,
                "architecture": card.architecture, "lag_rows": model.lag, "licence": card.licence,
                "scores": dict(card.scores), "data": [asdict(credit) for credit in card.data],
                "golden_difference": difference,
            }  # fmt: skip
            emit(json.dumps(facts, ensure_ascii=False))
            continue
        live = f"live, {model.lag * 10} ms behind" if model.lag is not None else "whole clips only"
        emit(f"{card.name} {card.version} ({live}): {card.summary}")
        if not card.trained:
            emit("  untrained: for tests only")
        for credit in card.data:
            emit(f"  learned from {credit.name} ({credit.licence}): {credit.credit}")
        if difference is not None:
            emit(f"  golden output reproduced to {difference:.1e}")
    for name in () if args.model else available_words_models():
        _show_words_model(name, args.json)
    for name in () if args.model else available_portraits():
        _show_portrait(name, args.json)
    return 0


def _add(source: Path | None, target: Path | None) -> int:
    from ..errors import ModelError
    from ..words.adding import add_words_model

    if source is None:
        raise ModelError("name the folder of a Whisper checkpoint: `bilabial models add FOLDER`")
    target = target or Path(f"words-{source.resolve().name}")
    card = add_words_model(source, target)
    emit(f"{target}: {card.summary}")
    emit(f"use it with --words-model {target}, or --model {target} of `bilabial transcribe`")
    return 0


def _is_words_model(name: str) -> bool:
    from ..words.card import is_words_folder
    from ..words.store import available_words_models

    return name in available_words_models() or is_words_folder(Path(name))


def _show_words_model(name: str, as_json: bool) -> None:
    """Load it, so that what is listed also runs."""
    from dataclasses import asdict

    from ..words.store import load_words_model

    card = load_words_model(name).card
    if as_json:
        emit(json.dumps(asdict(card), ensure_ascii=False))
        return
    emit(f"{card.name} {card.version} (words): {card.summary}")
    emit(f"  {card.licence}: {card.credit}")


def _is_portrait(name: str) -> bool:
    from ..models.families.portrait.store import available_portraits, is_portrait_folder

    return name in available_portraits() or is_portrait_folder(Path(name))


def _show_portrait(name: str, as_json: bool) -> None:
    """Load it, so that what is listed also runs."""
    from ..models.families.portrait.generator import load_generator
    from ..models.families.portrait.store import portrait_card, portrait_folder

    folder = portrait_folder(name)
    shape = load_generator(folder).shape
    card = portrait_card(folder)
    if as_json:
        emit(json.dumps(card, ensure_ascii=False))
        return
    named = card.get("name", folder.name), card.get("version", "")
    emit(f"{' '.join(named).strip()} (portraits, {shape.width} x {shape.height}): {card.get('summary', '')}")
    for credit in card.get("data", ()):
        emit(f"  learned from {credit['name']} ({credit['licence']}): {credit['credit']}")
