"""The commands of the networks that move a whole face: sets of faces, variants, a model folder, tables."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Any

from ...errors import BilabialError
from ..data.sets import Problems
from .loading import load_sets, overrides

log = logging.getLogger("bilabial.training")

_FAMILIES = ("audio2face", "pham")
_TEACHERS = {
    "real": "Weights fitted to the tracked points of a real face on the demo head, not from an animator.",
    "taught": "The procedural JALI model and expressions through the rig's profile, not from an animator.",
}


def add_parsers(commands: Any) -> None:
    one = commands.add_parser("face-fit", help="fit weights to a tracked real face, as a set to learn from")
    one.add_argument("source", type=Path, help="set with tracks.npz, audio and align")
    one.add_argument("-o", "--output", type=Path, required=True, help="the set: NAME.npz")
    one.add_argument(
        "--actor", action="append", default=[], metavar="PREFIX=NAME",
        help="clips that begin so are this actor's (again for another; default: all are one's)",
    )  # fmt: skip
    one.add_argument("--every", type=int, default=1, metavar="N", help="every Nth of the clips that train")
    one.set_defaults(run_command=fit)

    one = commands.add_parser("face-table", help="a set from sounds with tables of ARKit weights (CSV)")
    one.add_argument("source", type=Path, help="folder with NAME.flac and NAME.csv")
    one.add_argument("-o", "--output", type=Path, required=True, help="the set: NAME.npz")
    one.add_argument("--test", action="append", default=[], metavar="NAME", help="a clip that trains nothing")
    one.set_defaults(run_command=from_tables)

    one = commands.add_parser("face-teach", help="a set from voices, moved by our own controls and emotions")
    one.add_argument("sources", type=Path, nargs="+", help="sets of speech with a manifest")
    one.add_argument("-o", "--output", type=Path, required=True, help="the set: NAME.npz")
    one.add_argument(
        "--test",
        action="append",
        default=[],
        metavar="SPEAKER",
        help="who, or ends of names that, train nothing (beside those of split dev)",
    )
    one.add_argument("--labels", type=Path, help="folder with phones by words, as realign writes")
    one.add_argument("--every", type=int, default=1, metavar="N", help="every Nth of the clips that train")
    one.set_defaults(run_command=teach)

    one = commands.add_parser("face-train", help="train every variant of a paper's network, set by set")
    one.add_argument("config", type=Path, help="TOML file; see families/audio2face and families/pham")
    one.add_argument("sets", type=Path, nargs="+", help="files that face-fit, face-table or face-teach made")
    one.add_argument("--run", type=Path, required=True, help="folder for SET/VARIANT")
    one.add_argument(
        "--only", action="append", default=[], metavar="VARIANT", help="this one (again for more)"
    )
    one.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a setting")
    one.set_defaults(run_command=train)

    one = commands.add_parser("face-tables", help="measure trained variants: the papers' tables")
    one.add_argument("family", choices=_FAMILIES)
    one.add_argument("sets", type=Path, nargs="+")
    one.add_argument("--run", type=Path, required=True, help="folder with SET/VARIANT")
    one.add_argument("--into", type=Path, required=True, help="Markdown file to put the tables into")
    one.add_argument("--mark", required=True, help="between <!-- begin MARK --> and <!-- end MARK -->")
    one.set_defaults(run_command=tables)

    one = commands.add_parser("face-speed", help="milliseconds a frame of face networks in numpy")
    one.add_argument("models", nargs="*", help="names or folders")
    one.add_argument(
        "--untrained", action="append", default=[], metavar="FAMILY/VARIANT",
        help="a network of this size, such as audio2face/nodes-256 (again for another)",
    )  # fmt: skip
    one.add_argument("--sound", type=Path, required=True, help="at least a minute of speech")
    one.add_argument("--into", type=Path, required=True, help="Markdown file to put the table into")
    one.add_argument("--mark", default="face-speed", help="between its marks (default: face-speed)")
    one.set_defaults(run_command=speed)

    one = commands.add_parser("face-voices", help="how near face networks come to sets, for voices unseen")
    one.add_argument("models", nargs="+", help="names or folders")
    one.add_argument("--sets", type=Path, nargs="+", required=True, help="whose test clips are heard")
    one.add_argument("--into", type=Path, required=True, help="Markdown file to put the table into")
    one.add_argument("--mark", default="face-voices", help="between its marks (default: face-voices)")
    one.set_defaults(run_command=voices)

    one = commands.add_parser("face-retarget", help="what of a network's face arrives on other rigs")
    one.add_argument("model", help="name or folder")
    one.add_argument("set", type=Path, help="whose test clips are heard")
    one.add_argument("--clips", type=int, default=24, help="so many (default: 24)")
    one.add_argument("--rig", action="append", default=[], help="profile (again for more; default: three)")
    one.add_argument("--into", type=Path, required=True, help="Markdown file to put the table into")
    one.add_argument("--mark", default="face-retarget", help="between its marks (default: face-retarget)")
    one.set_defaults(run_command=retarget)

    one = commands.add_parser("face-export", help="write a face network's model folder from a checkpoint")
    one.add_argument("checkpoint", type=Path)
    one.add_argument("folder", type=Path, help="its name becomes the model's name")
    one.add_argument("--version", default="1")
    one.add_argument("--sets", nargs="+", required=True, help="that it was trained on, for the credits")
    one.add_argument("--kind", choices=tuple(_TEACHERS), default="real", help="of their weights")
    one.add_argument("--golden", type=Path, required=True, help="a sound that may be published")
    one.add_argument("--scores", type=Path, help="JSON for the card")
    one.add_argument("--summary", default="", help="a sentence after the network's own: whose face it knows")
    one.add_argument("--notes", default="", help="what it saw, what it scored, and what it cannot")
    one.set_defaults(run_command=export)


def speed(arguments: argparse.Namespace, problems: Problems) -> None:
    from ...audio.reading import read
    from ...models.store import load_model
    from ..families.face_variants import untrained
    from ..measure.evaluation import put_between
    from ..measure.face_speed import as_markdown, speeds

    loaded = [load_model(name) for name in arguments.models]
    networks = [(model.card.name, model.network) for model in loaded]
    networks += [untrained(name) for name in arguments.untrained]
    found = speeds(networks, read(arguments.sound))
    names = [Path(name).name for name in arguments.models]
    names += [f"--untrained {name}" for name in arguments.untrained]
    command = f"python -m bilabial.training face-speed {' '.join(names)} --sound {arguments.sound.name}"
    put_between(arguments.into, arguments.mark, as_markdown(found, command))


def voices(arguments: argparse.Namespace, problems: Problems) -> None:
    from ...models.store import load_model
    from ..data.face_sets import read_face_set
    from ..measure import face_voices
    from ..measure.evaluation import put_between

    models = [load_model(name) for name in arguments.models]
    found = [one for path in arguments.sets for one in face_voices.voices(models, read_face_set(path))]
    names = " ".join(model.card.name for model in models)
    sets = " ".join(path.name for path in arguments.sets)
    command = f"python -m bilabial.training face-voices {names} --sets {sets}"
    put_between(arguments.into, arguments.mark, face_voices.as_markdown(found, command))


def retarget(arguments: argparse.Namespace, problems: Problems) -> None:
    import numpy as np

    from ...audio.hearings import rows_of
    from ...expression.drawn import FACES
    from ...models.store import load_model
    from ..data.face_sets import read_face_set
    from ..measure.evaluation import put_between
    from ..measure.face_retarget import RIGS, arrive, as_markdown

    model = load_model(arguments.model)
    clips = read_face_set(arguments.set).picked(True)[: arguments.clips]
    told = [model.predict(rows_of(clip.samples(), model.network.hears)).tracks for clip in clips]
    name = next((track for track in told[0] if track in FACES), None)
    if name is None:
        raise BilabialError(f"model {model.card.name!r} draws no whole face: choose another one")
    rows = np.concatenate([np.asarray(tracks[name], np.float64) for tracks in told])
    command = f"python -m bilabial.training face-retarget {model.card.name} {arguments.set.name}"
    found = arrive(rows, name, arguments.rig or RIGS)
    put_between(arguments.into, arguments.mark, as_markdown(found, command))


def fit(arguments: argparse.Namespace, problems: Problems) -> None:
    from ..make.face_sets import fitted_set

    pairs = [pair.partition("=") for pair in arguments.actor or [f"={arguments.source.name}"]]
    actors = [(prefix, name or prefix) for prefix, _, name in pairs]
    _written(fitted_set(arguments.source, actors, arguments.every, problems), arguments.output)


def from_tables(arguments: argparse.Namespace, problems: Problems) -> None:
    from ..make.face_sets import tabled_set

    _written(tabled_set(arguments.source, arguments.test, problems), arguments.output)


def teach(arguments: argparse.Namespace, problems: Problems) -> None:
    from ..make.face_sets import taught_set

    sources = [str(folder) for folder in arguments.sources]
    sets = load_sets(sources, problems, arguments.labels)
    clips = [
        clip
        for of_set in sets.values()
        for held in (True, False)
        for clip in [c for c in of_set if (c.split == "dev") == held][:: 1 if held else arguments.every]
    ]
    _written(taught_set(arguments.output.stem, clips, arguments.test, problems), arguments.output)


def _written(faces: Any, path: Path) -> None:
    from ..data.face_sets import write_face_set

    path.parent.mkdir(parents=True, exist_ok=True)
    write_face_set(faces, path)
    held = len(faces.picked(True))
    log.info("%s: %d clips, %d of them train nothing", path, len(faces.clips), held)


def train(arguments: argparse.Namespace, problems: Problems) -> None:
    from ..engine.config import read_config
    from ..families import face_variants

    config = read_config(arguments.config, overrides(arguments.set))
    if config.architecture not in _FAMILIES:
        raise BilabialError(
            f"{config.architecture} moves no face: use a configuration of {' or '.join(_FAMILIES)}"
        )
    face_variants.train(config, arguments.sets, arguments.run, arguments.only, problems)


def tables(arguments: argparse.Namespace, problems: Problems) -> None:
    from ..families.face_variants import measure, pham_table, tian_table
    from ..measure.evaluation import put_between

    found = measure(arguments.family, arguments.sets, arguments.run)
    names = " ".join(path.name for path in arguments.sets)
    command = f"python -m bilabial.training face-tables {arguments.family} {names} --run ..."
    table = tian_table if arguments.family == "audio2face" else pham_table
    put_between(arguments.into, arguments.mark, table(found, command))


def export(arguments: argparse.Namespace, problems: Problems) -> None:
    from ...audio.hearings import SAMPLES, rows_of
    from ...audio.reading import read
    from ..data.credits import owed
    from ..families.face_export import FaceModel
    from ..families.face_export import export as write

    scores = json.loads(arguments.scores.read_text(encoding="utf-8")) if arguments.scores else {}
    golden = rows_of(read(arguments.golden), SAMPLES)[:300]
    card = write(
        arguments.checkpoint,
        arguments.folder,
        FaceModel(
            arguments.version,
            owed(arguments.sets),
            _TEACHERS[arguments.kind],
            arguments.notes,
            scores,
            golden,
            arguments.summary,
        ),
    )
    log.info("wrote %s %s", card.name, card.version)
