"""``bilabial studio``: hear, see, fix and judge lines in windows."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

SUMMARY = "open the Studio: lines, sounds, curves and a head that speaks"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "studio",
        help=SUMMARY,
        description="Open a folder of recordings and takes, one take, or one sound; without any, the page "
        "to begin with.",
    )
    parser.add_argument("place", type=Path, nargs="?", metavar="FOLDER|TAKE|SOUND")
    parser.add_argument("--theme", choices=["dark", "light"], help="colours (default: as last time)")
    parser.add_argument("--silent", action="store_true", help="use no sound device")


def run(args: argparse.Namespace) -> int:
    from ..errors import BilabialError

    if args.place is not None and not args.place.exists():
        raise BilabialError(f"there is no file or folder {args.place}: check the name")
    if not _has_windows():
        raise BilabialError(
            "there is no screen here for the Studio's windows: run it on a desktop, or over `ssh -X`"
        )
    try:
        from ..studio.ui.application import run_studio
    except ImportError as error:
        raise BilabialError(
            f"the Studio needs PySide6, which cannot be loaded ({error}): "
            "run `pip install 'bilabial[studio]'`"
        ) from error
    return run_studio(args.place, args.theme, args.silent)


def _has_windows() -> bool:
    """Qt ends the whole process where it finds no screen; whoever names its platform knows better."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
