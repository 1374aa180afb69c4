"""For all tests: the same examples on every machine, and no verdict by the clock of a busy one.

``HYPOTHESIS_PROFILE=search`` looks for new examples instead.
"""

from __future__ import annotations

import importlib.util
import os
import signal

# A suite that is started in the background, or to outlive its terminal, inherits ignored signals, and
# so would all that it starts.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# The words model takes seconds a clip: tests that want it name it.
os.environ["BILABIAL_WORDS_MODEL"] = "none"

if importlib.util.find_spec("hypothesis"):  # Blender's environments do without it
    from hypothesis import settings

    settings.register_profile("steady", deadline=None, derandomize=True)
    settings.register_profile("search", deadline=None, max_examples=1000)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
