"""``bilabial convert``: takes, phone files and animations into one another's formats."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._console import Progress, emit
from ._takes import load_take

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..curves.take import Take
    from ..exchange.animation import ChannelAnimation
    from ..phonemes.track import PhoneTrack
    from ..retarget.profile import RigProfile

SUMMARY = "turn takes, phone files and animations into other formats"
_MEANING = """The suffixes say what is meant. From a take: .csv (31 controls, 100 rows a second), a phone file
(.TextGrid .lab .tsv .xml .json .dat .pgo), or, with --rig, an animation of that rig (.csv Live Link, .json
Audio2Face, .glb, .gltf, .vrma, .usd). From a phone file: another phone file. From an animation: another one,
onto another rig with --from-rig and --rig."""
_DEFAULT_RIG = {".vrma": "vrm-1"}  # others: ARKit's shapes, which most programs know
_FASTEST = 1000  # frames a second; a slip of the hand must not fill the memory
_TABLE_START = "time,Jaw,Lip,"


def add_parser(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "convert",
        help=SUMMARY,
        description=_MEANING,
    )
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument(
        "--rig", metavar="PROFILE", help="rig profile (name or file) of the animation to write"
    )
    parser.add_argument("--from-rig", metavar="PROFILE", help="rig profile of the animation to read")
    parser.add_argument(
        "--fps", type=float, default=60.0, help="frames a second (default: 60, which Live Link always has)"
    )
    parser.add_argument("--track", default="speech", help="which track of a take (default: speech)")
    parser.add_argument("--language", metavar="CODE", help="language of a phone file, such as fr")
    parser.add_argument("--tier", help="which tier of a TextGrid, or voice of a Papagayo file")


def run(args: argparse.Namespace) -> int:
    from ..errors import FormatError
    from ..guard import Use, refuse_collisions

    if not 1.0 <= args.fps <= _FASTEST:
        raise FormatError(f"--fps {args.fps:g} is out of range: give 1 to {_FASTEST} frames a second")
    if not args.input.exists():
        raise FormatError(f"there is no file {args.input}: check the name")
    if args.input.is_dir():
        raise FormatError(f"{args.input} is a folder: name a file in it")
    reads = [Use(args.input, "the file to convert")]
    rigs = [Path(rig) for rig in (args.rig, args.from_rig) if rig is not None]
    reads += [Use(rig, "a rig profile") for rig in rigs if rig.is_file()]
    refuse_collisions(reads, [Use(args.output, "the result")])
    with Progress(args.progress, args.output.name) as progress:
        progress(0.0, "reading")
        match _kind(args.input):
            case "take":
                _from_take(load_take(args.input), args)
            case "table":
                _from_table(args)
            case "phones":
                _write_phones(_read_phones(args), args.output, None, args)
            case "animation":
                _from_animation(args)
            case _:
                from ..exchange import animation, phones

                known = sorted({*phones.READABLE, *animation.READABLE})
                raise FormatError(f"{args.input.name} is in no format that is read: use {', '.join(known)}")
        progress(1.0, "done")
    emit(str(args.output))
    return 0


def _kind(path: Path) -> str:
    """Of the suffixes that several formats share, the content decides."""
    from ..exchange import animation, phones
    from ..json_text import read_json

    suffix = path.suffix.lower()
    if suffix == ".json":
        content = read_json(path, "name a take, Rhubarb or Audio2Face file")
        if isinstance(content, dict) and str(content.get("schema", "")).startswith("bilabial/take/"):
            return "take"
        return "phones" if isinstance(content, dict) and "mouthCues" in content else "animation"
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            return "table" if stream.read(len(_TABLE_START)) == _TABLE_START else "animation"
    if suffix in phones.READABLE:
        return "phones"
    return "animation" if suffix in animation.READABLE else ""


def _from_take(take: Take, args: argparse.Namespace) -> None:
    from ..batch.make import dense_of
    from ..exchange import animation, phones
    from ..exchange.dense_csv import write_dense_csv
    from ..limits import check_size

    suffix = args.output.suffix.lower()
    if suffix == ".csv" and args.rig is None:
        write_dense_csv(dense_of(take, args.track), args.output)
    elif suffix in phones.WRITABLE and args.rig is None:
        _write_phones(take.phones, args.output, take, args)
    elif suffix in animation.WRITABLE:
        profile = _profile(args.rig or _DEFAULT_RIG.get(suffix, "arkit-52"))
        check_size(int(take.sound.duration * args.fps) + 1, len(profile.channels), take.sound.path)
        _write_face(take, profile, args)
    else:
        _refuse(args.output, sorted({*phones.WRITABLE, *animation.WRITABLE}))


def _from_table(args: argparse.Namespace) -> None:
    import numpy as np

    from ..exchange import animation
    from ..exchange.dense_csv import HEADER, read_dense_csv
    from ..limits import check_size
    from ..timing import FRAME_RATE

    suffix = args.output.suffix.lower()
    if suffix not in animation.WRITABLE:
        _refuse(args.output, animation.WRITABLE)
    dense = read_dense_csv(args.input)
    count = int((len(dense) - 1) / FRAME_RATE * args.fps) + 1 if len(dense) else 0
    check_size(count, len(HEADER), str(args.input))
    times, rows = np.arange(count) / args.fps, np.arange(len(dense)) / FRAME_RATE
    frames = np.stack([np.interp(times, rows, column) for column in dense.T], axis=1) if count else dense
    _write_controls(frames, _profile(args.rig or _DEFAULT_RIG.get(suffix, "arkit-52")), args)


def _from_animation(args: argparse.Namespace) -> None:
    from ..errors import FormatError
    from ..exchange.animation import WRITABLE, read_animation, write_animation
    from ..retarget.solve import retarget

    if args.output.suffix.lower() not in WRITABLE:
        _refuse(args.output, WRITABLE)
    moving: ChannelAnimation = read_animation(args.input)
    if (args.rig is None) != (args.from_rig is None):
        raise FormatError("to move an animation onto another rig name both rigs: --from-rig and --rig")
    if args.rig is not None:
        moving = retarget(moving, _profile(args.from_rig), _profile(args.rig))
    write_animation(moving, args.output)


def _write_face(take: Take, profile: RigProfile, args: argparse.Namespace) -> None:
    """What is said, and the layers of the face that the take has; another track of controls goes alone."""
    from ..batch.make import dense_of
    from ..curves.take import SPEECH
    from ..exchange.animation import write_animation
    from ..expression.export import animation_of, left_out

    if args.track != SPEECH:
        _write_controls(dense_of(take, args.track, args.fps), profile, args)
        return
    write_animation(animation_of(take, profile, args.fps), args.output)
    for layer in left_out(take, profile):
        emit(f"{profile.title} has nothing to show {layer} with: that layer is left out")


def _write_controls(frames: NDArray[np.floating[Any]], profile: RigProfile, args: argparse.Namespace) -> None:
    from ..exchange.animation import ChannelAnimation, write_animation
    from ..retarget.evaluate import Evaluator

    evaluator = Evaluator(profile)
    write_animation(ChannelAnimation(evaluator.names, args.fps, evaluator(frames)), args.output)


def _read_phones(args: argparse.Namespace) -> PhoneTrack:
    from ..exchange.phones import read_phones

    return read_phones(args.input, args.language, tier=args.tier, fps=args.fps)


def _write_phones(track: PhoneTrack, output: Path, take: Take | None, args: argparse.Namespace) -> None:
    from ..exchange.phones import write_phones

    if take is None:
        write_phones(track, output, fps=args.fps)
    else:
        sound = Path(take.sound.path).name
        write_phones(track, output, duration=take.sound.duration, fps=args.fps, sound=sound)


def _profile(name: str) -> RigProfile:
    from ..retarget.profile_format import load_profile, read_profile

    path = Path(name)
    return read_profile(path) if path.suffix == ".json" or path.is_file() else load_profile(name)


def _refuse(output: Path, known: Any) -> None:
    from ..errors import FormatError

    raise FormatError(f"{output.name} cannot be written from that: use one of {', '.join(known)}")
