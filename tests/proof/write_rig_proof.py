#!/usr/bin/env python3
"""Write docs/rig-proof.md and its picture: the demo's line on every profile, lips measured where there are.

python -m pytest tests/extension/test_rigify.py      # where real Blenders are at hand; leaves their measures
python tests/proof/write_rig_proof.py --blender .venv-bpy45/bin/python
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import mouth  # noqa: E402 - found through the path above

from bilabial.controls import CLOSERS, LABIODENTALS  # noqa: E402
from bilabial.exchange.phones import read_phones  # noqa: E402
from bilabial.pipeline import GenerateOptions, generate  # noqa: E402
from bilabial.render.demo_head import DemoHead, load_head  # noqa: E402
from bilabial.retarget.evaluate import Evaluator  # noqa: E402
from bilabial.retarget.profile_format import available_profiles, load_profile  # noqa: E402
from bilabial.retarget.proof import ProfileProof, dense_of, plateaus, prove  # noqa: E402

SOUND = ROOT / "docs" / "demo" / "line.flac"
PHONES = SOUND.with_suffix(".lab")
PAGE = ROOT / "docs" / "rig-proof.md"
PICTURE = ROOT / "docs" / "images" / "rigify-speaks.jpg"
WORK = ROOT / "build" / "rig-proof"
REAL = ROOT / "build" / "test-extension"  # where tests/extension/test_rigify.py leaves its measures
SHOWN = ("m", "b", "f", "v", "ɑ", "i", "oʊ", "u")
SIZE = 230
TEMPLATE = """
# Rigs, proved

Written by `python tests/proof/write_rig_proof.py`, which puts the demo's line (`docs/demo/line.flac`: 9 s with
{closers} m, b and p) onto every profile in `rigs/`. Measures in real Blenders come from
`python -m pytest tests/extension/test_rigify.py`, where such Blenders are at hand.

## A face that nobody here made

Rigify's human metarig, as Blender brings it, fitted to the bundled head and generated, once with its own face and
once after *Upgrade Face Rig*. The head's mesh hangs on the deform bones alone, without a shape key. Then *Generate
lip-sync*, with both targets. From left to right the middle of an m, b, f, v, and of ɑ, i, oʊ, u; above Rigify's own
face, below the upgraded one:

![Rigify's two faces saying m, b, f, v, ɑ, i, oʊ, u](images/rigify-speaks.jpg)

Millimetres on a mouth 48 mm wide; the largest of the whole line. *Closures*: stretches on which m, b, p hold the lips
shut (neighbours share one). *Apart* and *pressed*: along the whole line of contact at the first, middle and last
moment of each closure, of a bake on its whole frames. *Lip to teeth*: between the nearest vertices of the lower lip and the upper teeth. *Past
limits*: channels beyond the profile's limits on any frame, or cut by them.

{lips}

## Every profile

*Lips apart*: the largest opening over all closures of the line by the profile's own `gap`, in full jaws, and the same
between the keys after baking with a tolerance of 0.02. *Limits hit*: channels that wished to go further, in rows of
{rows}. *Times*: the line repeated for ten minutes, 60,001 rows, in seconds of processor: to channel values, and to
reduced keys. *Names*: of a rig that has the profile's names as written, with a prefix (`Wolf_`), a suffix (`_v2`),
both, and a namespace (`scene:wolf|`), how many are recognised as this profile, and the lowest confidence. A rig with
every second name is never chosen unasked. `tests/addon/test_blender_names.py` repeats this on meshes and armatures in
Blender.

{profiles}

Drawn mouths (`rhubarb-9`, `preston-blair`) get stepped keys, so nothing is reduced. `controls-31` and `jali-rig` close
their lips themselves. The public JALI rig's sliders are attributes of nodes: a suffix on the nodes stands in the middle
of every name, and Bilabial asks.
"""  # noqa: E501 - a page of docs


def performance() -> np.ndarray:
    take = generate(SOUND, GenerateOptions(phones=read_phones(PHONES)))
    return dense_of(take.styled(), take.sound.duration)


def on_the_head(head: DemoHead, name: str, dense: np.ndarray) -> dict[str, float]:
    """The same measures that rigify_speaks.py takes, on the head's own shapes."""
    profile = load_profile(name)
    values = Evaluator(profile)(dense)

    def posed(row: int) -> np.ndarray:
        weights = dict(zip(profile.channels, values[row], strict=True))
        return head.pose({shape: float(w) for shape, w in weights.items() if shape in head.shapes})

    closed = [
        mouth.heights(head, posed(row))
        for run in plateaus(dense, CLOSERS)
        for row in (run.start, (run.start + run.stop) // 2, run.stop - 1)
    ]
    teeth = [
        mouth.to_the_teeth(head, posed((run.start + run.stop) // 2)) for run in plateaus(dense, LABIODENTALS)
    ]
    return {
        "closures": len(plateaus(dense, CLOSERS)),
        "closed_gap_mm": float(np.max(closed)),
        "press_mm": -float(np.min(closed)),
        "lip_to_teeth_mm": max(teeth),
        "widest_opening_mm": max(float(mouth.heights(head, posed(r)).max()) for r in range(0, len(dense), 4)),
    }


def in_blender(python: Path) -> dict[str, dict[str, dict[str, object]]]:
    """Rigify's two faces through the extension, measured and pictured."""
    import soundfile

    WORK.mkdir(parents=True, exist_ok=True)
    samples, rate = soundfile.read(SOUND, dtype="float32", always_2d=True)
    soundfile.write(WORK / "line.wav", samples, rate, subtype="PCM_16")
    script = [str(python), str(HERE / "rigify_speaks.py"), "--", "addon", str(WORK / "line.wav"), str(PHONES)]
    subprocess.run(
        [*script, str(WORK), "--pictures", str(SIZE)], check=False, timeout=900, capture_output=True
    )
    found = json.loads((WORK / "rigify.json").read_text())
    if "error" in found:
        raise SystemExit(found["error"])
    return dict(found)


def draw() -> None:
    """Both faces, one column a sound."""
    from matplotlib import font_manager
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), 22)
    head, width = 34, SIZE * len(SHOWN)
    sheet = Image.new("RGB", (width, head + 2 * SIZE), "white")
    pen = ImageDraw.Draw(sheet)
    for column, label in enumerate(SHOWN):
        pen.text((SIZE * (column + 0.5), head / 2), label, "black", font, anchor="mm")
        for row, name in enumerate(("rigify-face", "rigify-face-upgraded")):
            with Image.open(WORK / f"{name}-{column}.png") as picture:
                sheet.paste(picture.convert("RGB"), (SIZE * column, head + SIZE * row))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(PICTURE, quality=84)


def lips_table(rows: list[tuple[str, str, dict[str, object]]]) -> list[str]:
    lines = [
        "| face | how | closures | lips apart | pressed | f, v: lip to teeth | widest opening "
        "| past limits |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for face, how, m in rows:
        apart = max(0.0, float(m["closed_gap_mm"]))
        past = len(m.get("channels_past_limits", ())) + len(m.get("rows_cut", ()))
        lines.append(
            f"| {face} | {how} | {m['closures']} | {apart:.2f} | {m['press_mm']:.2f} "
            f"| {m['lip_to_teeth_mm']:.2f} | {m['widest_opening_mm']:.1f} | {past} |"
        )
    return lines


def profiles_table(proofs: dict[str, ProfileProof]) -> list[str]:
    lines = [
        "| profile | lips apart | after baking | limits hit | keys | 10 min to values | 10 min to keys "
        "| names found |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, p in proofs.items():
        apart = "-" if p.residual is None else f"{p.residual:.4f}"
        baked = "-" if p.baked_residual is None else f"{p.baked_residual:.4f}"
        hit = ", ".join(f"{channel} ({rows} rows)" for channel, rows in p.limits.items()) or "none"
        bake = "-" if p.bake_seconds is None else f"{p.bake_seconds:.1f} s"
        low = min(confidence for dressing, confidence in p.found.items() if not _missed(p, dressing))
        names = f"{len(p.found) - len(p.missed)} of {len(p.found)}, from {low:.2f}"
        if p.missed:
            names += f" ({'; '.join(p.missed)})"
        lines.append(
            f"| {name} | {apart} | {baked} | {hit} | {p.keys or '-'} | {p.evaluate_seconds:.2f} s "
            f"| {bake} | {names} |"
        )
    return lines


def _missed(proof: ProfileProof, dressing: str) -> bool:
    return any(entry.startswith(f"{dressing}:") for entry in proof.missed)


def page(lips: list[str], profiles: list[str], rows: int, closers: int) -> str:
    text = TEMPLATE.format(lips="\n".join(lips), profiles="\n".join(profiles), rows=rows, closers=closers)
    return text.lstrip()


def main() -> int:
    parser = argparse.ArgumentParser(description="Write docs/rig-proof.md.")
    parser.add_argument("--blender", type=Path, default=ROOT / ".venv-bpy45" / "bin" / "python")
    parser.add_argument("--keep", action="store_true", help="use the measures and pictures of the last run")
    chosen = parser.parse_args()
    dense = performance()
    rigify = json.loads((WORK / "rigify.json").read_text()) if chosen.keep else in_blender(chosen.blender)
    draw()
    head = load_head()
    rows: list[tuple[str, str, dict[str, object]]] = [
        (name, "its own shapes", dict(on_the_head(head, name, dense))) for name in ("arkit-52", "demo-head")
    ]
    measured = [rigify, *(json.loads(p.read_text()) for p in sorted(REAL.glob("*-rigify/rigify.json")))]
    for found in measured:
        for name, targets in found.items():
            rows += [(name, f"Blender {m['blender']}, {t.lower()}", m) for t, m in targets.items()]
    proofs = {name: prove(load_profile(name), dense) for name in available_profiles()}
    closers = sum(phone.group == "MBP" for phone in read_phones(PHONES).phones)
    written = page(lips_table(rows), profiles_table(proofs), len(dense), closers)
    PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
