"""``bilabial models``: the trained models at hand, and whether each still gives its golden output."""

from __future__ import annotations

import argparse
import json
from typing import Any

from ._console import emit

SUMMARY = "list the trained models, or check one"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser("models", help=SUMMARY, description=SUMMARY)
    parser.add_argument("model", nargs="?", help="name or folder of one model (default: every installed one)")
    parser.add_argument(
        "--check", action="store_true", help="run each model and compare with its golden output"
    )
    parser.add_argument("--json", action="store_true", help="whole cards as JSON, one a line")


def run(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from ..errors import ModelError
    from ..models.store import available_models, load_model

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
    return 0
