"""The film of docs/editing.md: generate, edit a key, generate again, in a real Blender's window.

python tests/extension/screen_film.py docs/images/generate-edit-again.mp4

Where the edited key is not where the hand put it, no film is taken over.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from pictures import ROOT, drive, fresh
from PIL import Image, ImageDraw, ImageFont

from bilabial.atomic import atomic_path
from bilabial.render.film import Film

SIZE = (1120, 700)
BAR = 44  # pixels below, with what is done
FPS = 10


def main() -> int:
    target, folder = Path(sys.argv[1]), ROOT / "build" / "screen-film"
    measured = drive("sid", fresh(folder), folder, "film_scene.py", misheard="puppy")
    sys.stdout.write(json.dumps({k: v for k, v in measured.items() if k != "shots"}, indent=1) + "\n")
    if "error" in measured:
        return 1
    wanted, found = np.array(measured["key"]["set"]), np.array(measured["key"]["found"])
    if np.abs(wanted - found).max() > 1e-3:
        sys.stderr.write("the hand's key did not stay\n")
        return 1
    with (
        atomic_path(target) as place,
        Film(place, ".mp4", (SIZE[0], SIZE[1] + BAR), Fraction(FPS), None) as film,
    ):
        for shot in measured["shots"]:
            image = _with_text(folder / f"{shot['name']}.png", shot["text"])
            for _ in range(round(shot["seconds"] * FPS)):
                film.add(image)
    sys.stdout.write(f"{target}: {target.stat().st_size // 1024} kB\n")
    return 0


def _with_text(path: Path, text: str) -> np.ndarray:
    board = Image.new("RGB", (SIZE[0], SIZE[1] + BAR), (32, 33, 38))
    with Image.open(path) as shown:
        board.paste(shown.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS))
    font = ImageFont.load_default(size=22)
    ImageDraw.Draw(board).text(
        (SIZE[0] / 2, SIZE[1] + BAR / 2), text, (236, 234, 228), font=font, anchor="mm"
    )
    return np.asarray(board)


if __name__ == "__main__":
    raise SystemExit(main())
