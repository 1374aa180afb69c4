#!/usr/bin/env python3
"""A real face beside the demo head at the same moments: twelve sounds, each the longest of its group.

python rigs/demo_head/beside_a_face.py FOLDER [--fitted SET.npz] [--model NAME] [--test] [--to PICTURE]

FOLDER is a tracked set with ``video/NAME.mp4`` (docs/face.md). The head speaks what the words given say;
with --fitted it also shows the weights that were fitted to the face, with --model those of a network that
heard it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from contact_sheets import sheet
from pictures import FACE, mesh_of, shape_weights
from PIL import Image

from bilabial.audio.hearings import rows_of
from bilabial.audio.listening import listen
from bilabial.audio.reading import read
from bilabial.errors import PhoneError
from bilabial.expression.drawn import FACES, DrawnFace
from bilabial.models.store import cached_model, default_model
from bilabial.phonemes.transcript import align_text
from bilabial.render.demo_head import load_head
from bilabial.render.rasteriser import render
from bilabial.retarget.profile_format import load_profile
from bilabial.solve.jali.solve import field_statistics
from bilabial.solve.pieces import solve_and_rule
from bilabial.solve.rules import RuleOptions
from bilabial.timing import FRAME_RATE
from bilabial.training.data.face_sets import read_face_set
from bilabial.training.data.real_face import read_real_face
from bilabial.training.data.sets import Problems
from bilabial.training.measure.mouth import as_subtitle

GROUPS = ("MBP", "FV", "Ah", "Eh", "Ee", "Ih", "U", "WA_PEDAL", "R", "S", "LNTD", "Th")
SIZE = (176, 220)  # of one picture: width, height
_WINDOW = (8, 14, 120, 154)  # of the video that shows the face: left, top, right, bottom
_FROM = 0.35  # of a sound's length, the part that is looked at


def frame_at(video: Path, number: int) -> np.ndarray:
    import av

    with av.open(str(video)) as film:
        for index, frame in enumerate(film.decode(video=0)):
            if index == number:
                return frame.to_ndarray(format="rgb24")
    raise SystemExit(f"{video.name} has no frame {number}")


def longest(folder: Path, every: int, test: bool = False):
    """For each group the longest sound inside speech of every Nth clip: clip, dense curves, frame."""
    found = {}
    model = cached_model(default_model())
    for clip in [c for c in read_real_face(folder, Problems()) if c.words and c.is_test == test][::every]:
        heard = listen([read(clip.sound)], clip.name, model.network.hears, lambda _: None)
        try:
            phones = align_text(heard.features, as_subtitle(clip.words), "en", model)
        except PhoneError:  # the ear does not hear what he says: that clip shows nothing
            continue
        dense = None
        for phone in phones:
            length = phone.end - phone.start
            if phone.group not in GROUPS or length > 0.3 or length <= found.get(phone.group, (0.0,))[0]:
                continue
            if dense is None:
                statistics = field_statistics(phones, heard.prosody)
                dense, _ = solve_and_rule(phones, heard.prosody, statistics, RuleOptions())
            at = phone.start + max(_FROM, 0.5) * length
            frame = min(int(at * clip.fps), len(clip.points) - 1)
            row = min(round(clip.times[frame] * FRAME_RATE), len(dense) - 1)
            found[phone.group] = (length, clip, dense[row : row + 1], frame)
    return found


def fitted_weights(path: Path):
    """The head's shapes by clip and frame, of weights that were fitted."""
    clips = {clip.name: clip for clip in read_face_set(path).clips}
    return lambda clip, frame: as_shapes("faceshift-51", clips[clip.name].weights["faceshift-51"][frame])


def network_weights(name: str):
    """The same of a network that hears the clip."""
    model = cached_model(name)

    def weights(clip, frame):
        tracks = model.predict(rows_of(read(clip.sound), model.network.hears)).tracks
        vocabulary = next(found for found in tracks if found in FACES)
        rows = tracks[vocabulary]
        return as_shapes(vocabulary, rows[min(round(clip.times[frame] * FRAME_RATE), len(rows) - 1)])

    return weights


def as_shapes(vocabulary: str, row: np.ndarray) -> dict[str, float]:
    profile = load_profile("demo-head")
    values = DrawnFace(vocabulary, profile)(np.asarray(row, np.float64)[None])[0]
    return dict(zip(profile.channels, values, strict=True))


def main(arguments=None):
    parser = argparse.ArgumentParser(description="A real face beside the demo head.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=16, help="look at every Nth clip")
    parser.add_argument("--fitted", type=Path, help="set that face-fit made: another head shows its weights")
    parser.add_argument("--model", help="network that moves a face: another head shows what it says")
    parser.add_argument("--test", action="store_true", help="of the clips that train nothing")
    parser.add_argument("--to", type=Path, default=Path("docs/images/beside-a-face.jpg"))
    chosen = parser.parse_args(arguments)
    head = load_head()
    found = longest(chosen.folder, chosen.every, chosen.test)
    others = [fitted_weights(chosen.fitted)] if chosen.fitted else []
    others += [network_weights(chosen.model)] if chosen.model else []
    pictures, labels = [], []
    for group in GROUPS:
        if group not in found:
            continue
        _, clip, dense, frame = found[group]
        real = Image.fromarray(frame_at(chosen.folder / "video" / f"{clip.name}.mp4", frame))
        real = real.crop(_WINDOW).resize(SIZE, Image.LANCZOS)
        shown = [shape_weights(dense)[0], *(weights(clip, frame) for weights in others)]
        heads = [render(mesh_of(head), head.pose(weights), FACE, (SIZE[1], SIZE[1])) for weights in shown]
        cut = (SIZE[1] - SIZE[0]) // 2
        heads = [picture[:, cut : cut + SIZE[0]] for picture in heads]
        pictures.append(np.concatenate([np.asarray(real), *heads], axis=1))
        labels.append(group)
    sheet(pictures, labels, 3 if len(others) < 2 else 2).save(chosen.to, quality=86)


if __name__ == "__main__":
    main()
