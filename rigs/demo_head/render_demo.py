#!/usr/bin/env python3
"""Film the demo head speaking a take: an .mp4 with sound, or a strip of pictures across a word.

    python rigs/demo_head/render_demo.py demo/take.json --sound docs/demo/line.flac --to demo/head.mp4
    python rigs/demo_head/render_demo.py demo/take.json --sound docs/demo/line.flac --marks --to demo/head.mp4
    python rigs/demo_head/render_demo.py demo/take.json --strip 0.47:0.98 --to strip.png

Where the head keeps still only the parts of the picture in which something moved are drawn again: a second of
film then takes about ten seconds of one processor, and twice that where the head moves.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
from pictures import FILM, MOUTH, PROFILE, mesh_of, posed_vertices

from bilabial.atomic import atomic_path
from bilabial.curves.format import load
from bilabial.errors import BilabialError
from bilabial.expression.compose import posed
from bilabial.render.demo_head import load_head
from bilabial.render.film import Film
from bilabial.render.rasteriser import project, render
from bilabial.retarget.profile_format import load_profile

FRAME_RATE = 24
TAIL = 0.5  # seconds that the face rests after the sound
REACH = 16  # pixels beyond what moved that its shading may touch, on a picture of 480
MARGIN = 28  # more pixels drawn around that, so that its edge knows what darkens it
SMALL = 2e-5  # metres: what moves less is not drawn again


def poses(take, times, head):
    """The head's vertices at each time: what is said, and the layers of the face that the take has."""
    return posed_vertices(head, posed(take, load_profile(PROFILE), np.asarray(times, float)))


class Painter:
    """Draws poses of one head, each time only the windows in which vertices left their rest."""

    def __init__(self, head, camera, size):
        self.head, self.camera, self.size = head, camera, size
        self.mesh = mesh_of(head)
        self.rest = render(self.mesh, head.vertices, camera, (size, size))
        rows = np.arange(len(head.vertices))
        eyes = head.vertices[:, 2] > -0.021
        self.regions = (rows[eyes], rows[~eyes])

    def _window(self, spots, reach):
        reach = reach * self.size / 480
        low = np.clip(np.floor(spots.min(0)) - reach, 0, self.size).astype(int)
        below = (0, 2 * reach)  # the chin's shadow falls on the collar
        high = np.clip(np.ceil(spots.max(0)) + reach + below, 0, self.size).astype(int)
        return (*low.tolist(), *high.tolist())

    def paint(self, posed):
        moved = np.abs(posed - self.head.vertices).max(1) > SMALL
        if moved[self.head.part("hair")].any():  # the head turns: nothing stays as it was
            return render(self.mesh, posed, self.camera, (self.size, self.size))
        picture = self.rest.copy()
        here, _ = project(posed, self.camera, self.size, self.size)
        before, _ = project(self.head.vertices, self.camera, self.size, self.size)
        for region in self.regions:
            ids = region[moved[region]]
            if not len(ids):
                continue
            spots = np.concatenate((here[ids], before[ids]))
            inner = self._window(spots, REACH)
            outer = self._window(spots, REACH + MARGIN)
            if inner[2] <= inner[0] or inner[3] <= inner[1]:
                continue
            part = render(self.mesh, posed, self.camera, (self.size, self.size), window=outer)
            left, top, right, bottom = inner
            picture[top:bottom, left:right] = part[
                top - outer[1] : bottom - outer[1], left - outer[0] : right - outer[0]
            ]
        return picture


_painter = None  # one for each process that draws


def _prepare(size):
    global _painter
    _painter = Painter(load_head(), FILM, size)


def _paint(vertices):
    return _painter.paint(vertices)


def side_by_side(films):
    """Pictures of several takes at the same moments, one beside the other."""
    for images in zip(*films, strict=True):
        yield np.concatenate(images, axis=1)


def film(takes, sound, path, size, jobs, marks, progress):
    from captions import Captions

    frames = int(np.ceil((max(take.sound.duration for take in takes) + TAIL) * FRAME_RATE))
    times = np.arange(frames) / FRAME_RATE
    captions = Captions(takes[0], size * len(takes)) if marks else None
    shape = size * len(takes), size + (captions.height if captions else 0)
    with (
        atomic_path(path) as place,
        Film(place, path.suffix, shape, Fraction(FRAME_RATE), sound) as written,
        ProcessPoolExecutor(jobs, initializer=_prepare, initargs=(size,)) as pool,
    ):
        painted = [pool.map(_paint, poses(take, times, load_head())) for take in takes]
        for number, image in enumerate(side_by_side(painted)):
            if captions is not None:
                image = np.concatenate((image, captions.at(number / FRAME_RATE)))
            written.add(image)
            progress(number + 1, frames)


def strip(take, start, end, path, count, size):
    """Pictures side by side, evenly spaced in time, with what is said under each."""
    from contact_sheets import sheet

    times = np.linspace(start, end, count)
    head = load_head()
    pictures = [render(mesh_of(head), vertices, MOUTH, (size, size)) for vertices in poses(take, times, head)]
    labels = [f"{label_at(take, time)}  {time:.2f} s" for time in times]
    sheet(pictures, labels, count).save(path, quality=88)  # of use to .jpg alone


def label_at(take, time):
    """The phone, or its group: the font of the pictures has no letters of phonetics."""
    said = next((p for p in take.phones if p.start <= time < p.end and not p.is_silence), None)
    return "–" if said is None else said.label if said.label.isascii() else said.group


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Film the demo head speaking a take.")
    parser.add_argument("take", type=Path)
    parser.add_argument("--beside", type=Path, help="another take of the same sound, filmed to the right")
    parser.add_argument("--sound", type=Path, help="sound file to put into the film")
    parser.add_argument("--to", type=Path, required=True, help="an .mp4, or a .png with --strip")
    parser.add_argument("--marks", action="store_true", help="words and sounds below, m b p and f v marked")
    parser.add_argument("--size", type=int, default=480, help="height and width in pixels (default: 480)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    parser.add_argument(
        "--strip", metavar="START:END", help="a row of pictures between two times (s) instead"
    )
    parser.add_argument("--count", type=int, default=8, help="pictures in a strip")
    chosen = parser.parse_args(arguments)

    def progress(done, total):
        if sys.stderr.isatty() or done == total:
            sys.stderr.write(f"\r{done}/{total} frames" + ("\n" if done == total else ""))

    try:
        take = load(chosen.take)
        chosen.to.parent.mkdir(parents=True, exist_ok=True)
        if chosen.strip:
            start, _, end = chosen.strip.partition(":")
            strip(take, float(start), float(end), chosen.to, chosen.count, chosen.size)
        else:
            takes = [take] if chosen.beside is None else [take, load(chosen.beside)]
            film(takes, chosen.sound, chosen.to, chosen.size, chosen.jobs, chosen.marks, progress)
    except BilabialError as error:
        sys.stderr.write(f"render_demo: {error}\n")
        return 2
    sys.stdout.write(f"{chosen.to}: {chosen.to.stat().st_size // 1024} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
