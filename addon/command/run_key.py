# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker of ``bilabial key``: started by Blender (--python) or by a Python with bpy, never imported."""

import json
import os
import sys
from pathlib import Path

ADDON = Path(__file__).resolve().parents[1]


def main() -> int:
    sys.path.insert(0, str(ADDON.parent))
    import addon
    from addon.bilabial.cli.key import SIGN
    from addon.command import key

    def tell(**event: object) -> None:
        os.write(1, (SIGN + json.dumps(event, ensure_ascii=True) + "\n").encode())

    addon.register()
    try:
        code = key.run_arguments(sys.argv[sys.argv.index("--") + 1 :], tell)
        tell(event="end", code=code)
    finally:
        addon.unregister()
    return code


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the bpy module may hang while it tidies up
