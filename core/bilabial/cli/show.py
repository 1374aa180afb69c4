"""``bilabial show``: what is in a take, in numbers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ._console import emit
from ._takes import load_take

SUMMARY = "say what is in a take"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser("show", help=SUMMARY, description=SUMMARY + ".")
    parser.add_argument("take", type=Path)
    parser.add_argument("--phones", action="store_true", help="list every phone with its times")
    parser.add_argument("--json", action="store_true", help="the facts as one JSON object")


def run(args: argparse.Namespace) -> int:
    from ..curves.curve import HAND
    from ..curves.take import SPEECH
    from ..expression.drawn import drawn_by

    take = load_take(args.take)
    spoken = [phone for phone in take.phones if not phone.is_silence]
    duration = take.sound.duration
    tracks = {
        name: {
            "vocabulary": track.vocabulary.name,
            "keys": track.key_count,
            "keys_by_hand": sum(int((curve.origin == HAND).sum()) for curve in track.curves.values()),
            "keys_a_second": round(track.key_count / duration, 2) if duration else 0.0,
            "curves": {curve: len(keys) for curve, keys in track.curves.items() if len(keys)},
        }
        for name, track in take.tracks.items()
    }
    facts: dict[str, Any] = {
        "sound": take.sound.path,
        "sha256": take.sound.sha256,
        "duration": duration,
        "phones": len(spoken),
        "closures": sum(phone.group == "MBP" for phone in spoken),
        "least_confidence": min((phone.confidence for phone in spoken), default=None),
        "model": None if take.model is None else f"{take.model.name} {take.model.version}",
        "style": take.style.name,
        "tracks": tracks,
    }
    if args.json:
        if args.phones:
            facts["phone_list"] = [[p.start, p.end, p.label, p.group, p.confidence] for p in take.phones]
        emit(json.dumps(facts, ensure_ascii=False, indent=2))
        return 0
    emit(
        f"{facts['sound']}: {duration:.2f} s, {len(spoken)} phones, {facts['closures']} closures of the lips"
    )
    # A network that draws a face hears no phones, and whose they are beside it a take does not say.
    told = "phones" if drawn_by(take) is None else "the whole face"
    emit(f"{told} from {facts['model'] or 'a person'}; style {take.style.name}")
    for name, track in tracks.items():
        by_hand = f", {track['keys_by_hand']} by hand" if track["keys_by_hand"] else ""
        emit(f"{name}: {track['keys']} keys ({track['keys_a_second']} a second){by_hand}")
        counts = track["curves"]
        if name == SPEECH and isinstance(counts, dict):
            emit("  " + ", ".join(f"{curve} {count}" for curve, count in counts.items()))
    if args.phones:
        for phone in take.phones:
            emit(
                f"{phone.start:9.3f} {phone.end:9.3f}  {phone.label:6} {phone.group:9} {phone.confidence:.2f}"
            )
    return 0
