#!/usr/bin/env python3
"""One take spoken by several made-up heads side by side, as a film with sound.

    python rigs/demo_head/several.py demo/take.json --sound docs/demo/line.flac --to several.mp4

A number is an identity (bilabial.training.make.identities): the same number is the same head.
"""

from __future__ import annotations

import argparse
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from captions import Captions

from bilabial.atomic import atomic_path
from bilabial.curves.format import load
from bilabial.errors import BilabialError
from bilabial.models.families.portrait.shape import FRAME_RATE
from bilabial.render.demo_head import load_head
from bilabial.render.film import Film
from bilabial.training.make.heads import filmed
from bilabial.training.make.identities import identity


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Film several heads that speak one take.")
    parser.add_argument("take", type=Path)
    parser.add_argument("--heads", default="5,7,10,20", help="numbers of identities (default: 5,7,10,20)")
    parser.add_argument("--sound", type=Path, help="sound file to put into the film")
    parser.add_argument("--size", type=int, default=240, help="height of a head in pixels (default: 240)")
    parser.add_argument("--to", type=Path, required=True, help="an .mp4")
    chosen = parser.parse_args(arguments)
    try:
        take, head = load(chosen.take), load_head()
        frames = np.arange(int(np.ceil(take.sound.duration * FRAME_RATE)), dtype=np.int32)
        size = chosen.size * 3 // 4 // 2 * 2, chosen.size
        rows = [filmed(head, identity(head, int(n)), take, frames, size) for n in chosen.heads.split(",")]
        film = np.concatenate(rows, axis=2)
        captions = Captions(take, film.shape[2])
        shape = film.shape[2], film.shape[1] + captions.height
        chosen.to.parent.mkdir(parents=True, exist_ok=True)
        with (
            atomic_path(chosen.to) as place,
            Film(place, chosen.to.suffix, shape, Fraction(FRAME_RATE), chosen.sound) as written,
        ):
            for number, image in enumerate(film):
                written.add(np.concatenate((image, captions.at((number + 0.5) / FRAME_RATE))))
    except BilabialError as error:
        sys.stderr.write(f"several: {error}\n")
        return 2
    sys.stdout.write(f"{chosen.to}: {chosen.to.stat().st_size // 1024} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
