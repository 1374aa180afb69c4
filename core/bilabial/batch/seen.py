"""A file as it was when it was read: by its hash, and by what the system says of it without reading it.

Ten thousand sounds are not hashed again to find that none has changed. The system's word counts only where it
is proof: same size, same inode, same two times to the nanosecond, of which no program sets the second one
(ctime), and none of them so young that a change within one tick of the disk's clock could hide.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..audio.reading import sound_hash

_TICK = 3_000_000_000  # nanoseconds; the coarsest disks count two seconds


@dataclass(frozen=True, slots=True)
class Seen:
    """``role`` says which of a line's files it is. A ``changed`` of 0 proves nothing: hash the file again."""

    role: str
    sha256: str
    size: int  # bytes
    inode: int
    modified: int  # ns
    changed: int  # ns

    @classmethod
    def now(cls, role: str, path: Path) -> Seen:
        """Looked at before it is hashed: a change in between shows the next time."""
        at = time.time_ns()
        try:
            found = path.stat()
        except OSError:
            return cls(role, sound_hash(path), 0, 0, 0, 0)
        changed = found.st_ctime_ns if max(found.st_ctime_ns, found.st_mtime_ns) < at - _TICK else 0
        if sys.platform == "win32":
            changed = 0  # there it is the time of creation
        return cls(role, sound_hash(path), found.st_size, found.st_ino, found.st_mtime_ns, changed)

    def is_still(self, found: os.stat_result) -> bool:
        """Whether the file that looks like this is the one of then, without a byte read."""
        return (
            self.changed != 0
            and self.changed == found.st_ctime_ns
            and self.modified == found.st_mtime_ns
            and self.size == found.st_size
            and self.inode == found.st_ino
        )

    def as_list(self) -> list[Any]:
        return [self.role, self.sha256, self.size, self.inode, self.modified, self.changed]

    @classmethod
    def from_list(cls, value: Any) -> Seen | None:
        if not isinstance(value, list) or [*map(type, value)] != [str, str, int, int, int, int]:
            return None
        return cls(*value)
