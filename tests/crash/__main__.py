"""``python -m crash`` from the folder of tests: see run.py."""

import sys

from .run import main

sys.exit(main())
