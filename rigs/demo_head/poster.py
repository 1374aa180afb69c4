#!/usr/bin/env python3
"""Frames of a film side by side with the mark that says "play": what a page shows where films do not play.

python rigs/demo_head/poster.py docs/images/speaks.mp4 --at 0.5,0.67,0.875 --to docs/images/speaks.jpg
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import av
from PIL import Image, ImageDraw

MARK = 0.07  # of the board's height: half the triangle's side


def frames_at(film: Path, moments):
    wanted, found = list(moments), []
    with av.open(str(film)) as opened:
        for frame in opened.decode(video=0):
            while wanted and frame.time >= wanted[0] - 1e-3:
                found.append(frame.to_image())
                wanted.pop(0)
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Frames of a film side by side, marked as one that plays.")
    parser.add_argument("film", type=Path)
    parser.add_argument("--at", default="0.5,0.67,0.875", help="moments in seconds, in order")
    parser.add_argument("--to", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    frames = frames_at(chosen.film, [float(one) for one in chosen.at.split(",")])
    if not frames:
        sys.stderr.write(f"poster: {chosen.film} ends before the first moment: give earlier ones\n")
        return 2
    width, height = frames[0].size
    board = Image.new("RGB", (width * len(frames), height))
    for number, frame in enumerate(frames):
        board.paste(frame, (number * width, 0))
    side = height * MARK
    x, y = board.width - 2.2 * side, 2.2 * side
    pen = ImageDraw.Draw(board, "RGBA")
    pen.ellipse((x - 1.6 * side, y - 1.6 * side, x + 1.6 * side, y + 1.6 * side), (20, 20, 24, 170))
    pen.polygon(
        ((x - 0.6 * side, y - side), (x - 0.6 * side, y + side), (x + 1.1 * side, y)), (255, 255, 255, 235)
    )
    board.save(chosen.to, quality=88)
    return 0


if __name__ == "__main__":
    sys.exit(main())
