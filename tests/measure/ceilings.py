"""What the largest inputs that are taken cost: seconds of processor and memory at the peak.

python tests/measure/ceilings.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from bilabial.batch.make import Request, make
from bilabial.limits import LONGEST, MOST_JSON_VALUES


def take_of_six_hours(home: Path) -> Path:
    """A few kilobytes that say they last as long as a take may."""
    sound, phones = home / "a.wav", home / "a.lab"
    soundfile.write(sound, np.zeros(8000), 16_000)
    phones.write_text("0 2000000 m\n2000000 5000000 aa\n")
    make(Request(sound, home / "a.json", phones=phones))
    data = json.loads((home / "a.json").read_text())
    data["sound"]["duration"] = LONGEST
    data["sound"]["sha256"] = "0" * 64
    path = home / "six-hours.json"
    path.write_text(json.dumps(data))
    return path


def bomb(home: Path) -> Path:
    """The JSON of most values that costs most: empty lists."""
    path = home / "bomb.json"
    path.write_text('{"schema": "bilabial/take/1", "x": [' + "[]," * (MOST_JSON_VALUES // 2 - 10) + "[]]}")
    return path


def measured(*arguments: object) -> tuple[float, float, int]:
    """Seconds of processor, gigabytes at the peak, exit code."""
    command = [sys.executable, "-m", "bilabial", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / (1 << 20), process.returncode


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        take = take_of_six_hours(home)
        for name, arguments in (
            ("a take of 6 h to a table of controls", ("convert", take, home / "a.csv")),
            ("a take of 6 h to ARKit as glTF at 60 frames a second", ("convert", take, home / "a.glb")),
            ("a take of 6 h to a page", ("plot", take, "-o", home / "a.html")),
            ("a take with the most values, refused", ("show", bomb(home))),
        ):
            seconds, memory, code = measured(*arguments)
            sys.stdout.write(f"| {name} | {seconds:.0f} s | {memory:.1f} GB | {code} |\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
