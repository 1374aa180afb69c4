"""How many threads a matrix library starts: settled by the environment, before numpy is imported.

Our matrices are small. A second thread gains little on an idle machine, and on a busy one the threads wait
for one another at every product: a batch took twenty times as long. So it is one, unless the user says
otherwise.
"""

from __future__ import annotations

import os

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def one_thread_unless_told() -> None:
    """For this process and those that it starts. Where the user names one of the numbers, nothing is set."""
    if not any(name in os.environ for name in THREADS):
        os.environ.update(dict.fromkeys(THREADS, "1"))
