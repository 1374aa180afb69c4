"""One sentence for everything that is expected to go wrong: what it was, and the remedy."""

from __future__ import annotations

import errno

from .errors import BilabialError

EXPECTED = (BilabialError, OSError, MemoryError)


def sentence(error: BaseException) -> str:
    """What to tell the user. An error outside EXPECTED is a fault of ours, and the sentence says so."""
    if isinstance(error, BilabialError):
        return str(error)
    if isinstance(error, MemoryError):
        return "too little memory is free for this: close other programs, or cut the sound into parts"
    if isinstance(error, OSError):
        return _sentence_for_os_error(error)
    return f"a fault in Bilabial ({type(error).__name__}: {error}): please report it with the file"


def _sentence_for_os_error(error: OSError) -> str:
    name = f" {error.filename!r}" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return (
                f"the disk is full, so{name or ' the output'} was not written: free some space and try again"
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"access to{name} is refused: change its permissions or name another place"
        case errno.ENOENT:
            return f"there is no file or folder{name}: check the name"
        case errno.EISDIR:
            return f"{name.strip() or 'that'} is a folder: name a file"
        case errno.ENOTDIR:
            return f"a part of the path{name} is a file, not a folder: check the name"
        case errno.ENAMETOOLONG:
            return f"the name{name[:80]} is too long for this disk: choose a shorter one"
    return f"the system refused{name}: {error.strerror or error}"
