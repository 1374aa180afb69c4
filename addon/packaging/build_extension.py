# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the zip: ``python addon/packaging/build_extension.py [--blender PATH]`` (``make extension``).

The zip holds the extension with the core, the rigs, the trained models and the manual inside it, and no
compiled code: one file for every platform and every Blender from 4.2 on. The same sources give the same
bytes. Where a Blender (or its Python module) is at hand, its own validator looks at the result.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import shipped

ADDON = Path(__file__).resolve().parents[1]
ROOT = ADDON.parent
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip knows: the same sources give the same bytes
REQUIRED = {
    "schema_version", "id", "version", "name", "tagline", "maintainer", "type", "license",
    "blender_version_min",
}  # fmt: skip


def members() -> Iterator[tuple[str, bytes]]:
    """Every file of the zip: its name there and its content, in order of the names."""
    found: dict[str, bytes] = {}

    def take(source: Path, name: str) -> None:
        found[name] = source.read_bytes()

    for path, name in shipped.files(ADDON, shipped.ADDON):
        take(path, name)
    for path, name in shipped.files(ROOT / "core" / "bilabial", shipped.CORE):
        take(path, f"bilabial/{name}")
    for path in (ROOT / "rigs").rglob("*"):
        if path.suffix in {".json", ".npz"}:
            take(path, f"rigs/{path.relative_to(ROOT / 'rigs').as_posix()}")
    for path, name in shipped.files(ROOT / "trained_models", shipped.MODELS):
        take(path, f"trained_models/{name}")
    from manual_pages import pages

    found |= {f"manual/{name}": content for name, content in pages(ROOT / "docs").items()}
    take(ROOT / "LICENSE", "LICENSE")
    yield from sorted(found.items())


def check_manifest() -> dict[str, object]:
    """The manifest, with the mistakes that every Blender refuses found here already."""
    manifest = tomllib.loads((ADDON / "blender_manifest.toml").read_text(encoding="utf-8"))
    missing = REQUIRED - set(manifest)
    if missing:
        raise SystemExit(f"blender_manifest.toml lacks {', '.join(sorted(missing))}")
    if str(manifest["tagline"])[-1] in ".!?,;":
        raise SystemExit("the tagline in blender_manifest.toml must not end with a full stop")
    version = (ROOT / "core" / "bilabial" / "__init__.py").read_text(encoding="utf-8")
    if f'__version__ = "{manifest["version"]}"' not in version:
        raise SystemExit(f"blender_manifest.toml says version {manifest['version']}, the core says another")
    return manifest


def build(output: Path) -> Path:
    """Write the zip, whole or not at all."""
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.with_suffix(".partial")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members():
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same on every system
            archive.writestr(entry, content)
    temporary.replace(output)
    return output


def validator(blender: str | None) -> list[str] | None:
    """Blender's own validator: of the given program, of one on the path, or of the bpy module."""
    program = blender or shutil.which("blender")
    if program is not None:
        return [program, "--background", "--factory-startup", "--command", "extension", "validate"]
    scripts = sorted(
        ROOT.glob(".venv-bpy*/lib/python*/site-packages/bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py")
    )
    return [sys.executable, str(scripts[-1]), "validate"] if scripts else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blender", metavar="PATH", help="a Blender whose validator checks the result")
    parser.add_argument("-o", "--output", type=Path, metavar="ZIP")
    args = parser.parse_args()
    manifest = check_manifest()
    output = build(args.output or ROOT / "dist" / f"{manifest['id']}-{manifest['version']}.zip")
    sys.stdout.write(f"{output} ({output.stat().st_size / 1e6:.1f} MB)\n")
    command = validator(args.blender)
    if command is None:
        sys.stdout.write("not validated: no Blender is at hand (give --blender PATH)\n")
        return 0
    done = subprocess.run([*command, str(output)], capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout.strip() + "\n")
    if done.returncode:
        sys.stderr.write(done.stderr)
        output.unlink()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
