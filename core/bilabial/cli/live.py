"""``bilabial live``: sound from a microphone or a pipe to the controls of every frame, 120 ms behind."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ._console import note

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUMMARY = "turn sound into controls while it sounds, as JSON lines or OSC"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "live",
        help=SUMMARY,
        description="Read sound from a microphone, or from stdin with '-', and write the 31 controls of each "
        "frame (100 a second) as a line of JSON on stdout, or as OSC bundles over UDP.",
    )
    parser.add_argument(
        "sound", nargs="?", metavar="-", choices=["-"], help="read stdin: wav, or --raw samples"
    )
    parser.add_argument("--device", help="name or number of the microphone (default: the system's)")
    parser.add_argument("--raw", choices=["s16le", "f32le"], help="stdin holds bare samples in this format")
    parser.add_argument("--rate", type=int, default=16_000, help="Hz of --raw samples (default: 16000)")
    parser.add_argument("--channels", type=int, default=1, help="channels of --raw samples (default: 1)")
    parser.add_argument("--model", help="name or folder of a model that can run live")
    parser.add_argument("--osc", metavar="HOST:PORT", help="send OSC there instead of writing JSON")
    parser.add_argument(
        "--fps", type=float, default=100.0, help="frames a second to give, up to 100 (default)"
    )


def run(args: argparse.Namespace) -> int:
    from contextlib import nullcontext

    from ..audio.live_sources import microphone, standard_input
    from ..errors import BilabialError
    from ..models.store import default_live_model, load_model
    from ..solve.live import LiveFace
    from ._live_output import FrameWriter, osc_target

    if not 0.0 < args.fps <= 100.0:
        raise BilabialError(f"--fps {args.fps:g} is out of range: use 1 to 100")
    face = LiveFace(load_model(args.model or default_live_model()))
    source: Iterator[NDArray[np.float32]]
    if args.sound == "-":
        source = standard_input(args.raw, args.rate, args.channels)
    else:
        source = microphone(args.device)
        note("Listening; Ctrl-C ends.")
    with osc_target(args.osc) if args.osc else nullcontext() as send:
        writer = FrameWriter(args.fps, send)
        try:
            for block in source:
                writer.write(face.push(block))
        except KeyboardInterrupt:  # the usual way to end listening, so no failure
            if args.sound == "-":
                raise
        writer.write(face.finish())
    return 0
