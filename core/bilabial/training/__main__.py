"""``python -m bilabial.training``: train, realign, export, evaluate."""

from __future__ import annotations

import logging
import os
import sys

from .cli.commands import main

if __name__ == "__main__":
    code = main()
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        # Gloo's threads now and then abort an interpreter that winds down beside them; all is written by now.
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
