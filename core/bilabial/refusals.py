"""One sentence for everything that is expected to go wrong: what it was, and the remedy."""

from __future__ import annotations

import errno

from .errors import BilabialError
from .phrases import Phrase

EXPECTED = (BilabialError, OSError, MemoryError)
FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def sentence(error: BaseException) -> str:
    """What to tell the user. An error outside EXPECTED is a fault of ours, and the sentence says so."""
    if isinstance(error, BilabialError):
        told = error.args[0] if error.args else ""
        return told if isinstance(told, Phrase) else str(error)
    if isinstance(error, MemoryError):
        return Phrase("too little memory is free for this: close other programs, or cut the sound into parts")
    if isinstance(error, OSError):
        return _sentence_for_os_error(error)
    return f"a fault in Bilabial ({type(error).__name__}: {error}): please report it with the file"


def _sentence_for_os_error(error: OSError) -> Phrase:
    name = repr(error.filename) if error.filename else "it"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return Phrase("the disk is full, so {0} was not written: free some space and try again", name)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Phrase("access to {0} is refused: change its permissions or name another place", name)
        case errno.ENOENT:
            return Phrase("there is no file or folder {0}: check the name", name)
        case errno.EEXIST:
            return Phrase("{0} is a file where a folder belongs: name another place", name)
        case errno.EISDIR:
            return Phrase("{0} is a folder: name a file", name)
        case errno.ENOTDIR:
            return Phrase("a part of the path {0} is a file, not a folder: check the name", name)
        case errno.ENAMETOOLONG:
            return Phrase("the name {0} is too long for this disk: choose a shorter one", name[:80])
    return Phrase("the system refused {0}: {1}", name, error.strerror or error)
