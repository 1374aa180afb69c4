"""The pictures of docs/blender.md and docs/editing.md: the extension as it is, in a real Blender's window.

python tests/extension/pictures.py docs/images [Words|Sounds|Retarget|Older]

The mouse drags a word's border, the pad and a slider on the way; where that does nothing, no picture is taken
over.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNNER = ROOT.parent / "shared" / "real-blender"
SCREEN = "-screen 0 1600x1000x24"
NAMES = ("blender-panel", "blender-words", "blender-pad")
LONGEST_S = 900

# Which Blender, which script, which panel is open; and the pictures that come of it, by their names in docs.
KINDS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "Words": ("sid", "window_scene.py", "", {name: name for name in NAMES}),
    "Sounds": ("sid", "panels_scene.py", "Sounds", {"blender-sounds": "blender-sounds"}),
    "Retarget": ("sid", "panels_scene.py", "Retarget", {"blender-retarget": "blender-retarget"}),
    "Older": ("trixie", "panels_scene.py", "Whole", {"blender-4.3": "blender-whole"}),
}


def drive(
    suite: str,
    archive: Path,
    folder: Path,
    scene: str = "window_scene.py",
    misheard: str = "elephant",
    panel: str = "",
) -> dict[str, object]:
    """The window driven through its paces; what was measured. Pictures are in the folder. ``misheard`` is
    written where "puppy" is said; ``panel`` is the one that panels_scene.py opens.
    """
    import soundfile

    samples, rate = soundfile.read(ROOT / "docs" / "demo" / "line.flac", dtype="float32")
    soundfile.write(folder / "line.wav", samples, rate, subtype="PCM_16")
    text = (ROOT / "docs" / "demo" / "line.txt").read_text(encoding="utf-8")
    (folder / "line.txt").write_text(text.replace("puppy", misheard), encoding="utf-8")
    script = ROOT / "tests" / "extension" / scene
    done = subprocess.run(
        [
            str(RUNNER), suite, "xvfb-run", "-a", "-s", SCREEN,
            "env", f"BLENDER_USER_RESOURCES={folder / 'user'}", f"BILABIAL_PANEL={panel}",
            "blender", "--factory-startup", "--enable-event-simulate", "--window-geometry", "0", "0", "1600",
            "1000", "-P", str(script), "--", str(archive), str(folder / "line.wav"), str(folder / "line.txt"),
            str(folder),
        ],
        capture_output=True, text=True, timeout=LONGEST_S, cwd=ROOT, check=False,
    )  # fmt: skip
    result = folder / "result.json"
    if not result.is_file():
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-3000:])
    measured: dict[str, object] = json.loads(result.read_text())
    return measured


def fresh(folder: Path) -> Path:
    """An empty folder with the zip in it, as it is built now."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "user").mkdir(parents=True)
    archive = folder / "bilabial.zip"
    build = ROOT / "addon" / "packaging" / "build_extension.py"
    subprocess.run([sys.executable, str(build), "-o", str(archive)], check=True)
    return archive


def main() -> int:
    target = Path(sys.argv[1])
    for kind in sys.argv[2:] or list(KINDS):
        suite, scene, panel, names = KINDS[kind]
        folder = ROOT / "build" / f"pictures-{kind}"
        measured = drive(suite, fresh(folder), folder, scene, panel=panel)
        sys.stdout.write(json.dumps(measured, indent=1) + "\n")
        if "error" in measured:
            return 1
        for name, shown in names.items():
            shutil.copyfile(folder / f"{shown}.png", target / f"{name}.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
