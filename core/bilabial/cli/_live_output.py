"""Frames of a live session to the outside: a line of JSON each, or an OSC bundle over UDP."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ..controls import CONTROLS
from ..errors import BilabialError
from ..timing import FRAME_RATE
from ._console import emit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Send = Callable[[bytes], None]
_AT_ONCE = struct.pack(">Q", 1)  # the OSC time tag that means "now"


class FrameWriter:
    """Gives every row whose time has come at ``fps``; ``send`` takes OSC packets; None: JSON on stdout."""

    def __init__(self, fps: float, send: Send | None) -> None:
        self._step = FRAME_RATE / fps
        self._send = send
        self._row = 0
        self._given = 0

    def write(self, rows: NDArray[np.float32]) -> None:
        for row in rows:
            if self._row >= self._given * self._step - 1e-9:
                self._given += 1
                time = self._row / FRAME_RATE
                if self._send is None:
                    emit(json_line(time, row))
                else:
                    self._send(osc_bundle(time, row))
            self._row += 1
        if self._send is None and len(rows):
            sys.stdout.flush()


def json_line(time: float, row: NDArray[np.float32]) -> str:
    values = {name: round(float(value), 4) for name, value in zip(CONTROLS, row, strict=True)}
    return json.dumps({"time": round(time, 3)} | values, separators=(",", ":"))


def osc_bundle(time: float, row: NDArray[np.float32]) -> bytes:
    """/bilabial/time and /bilabial/NAME with one float each, in one bundle (OSC 1.0)."""
    parts = [b"#bundle\0", _AT_ONCE]
    for name, value in zip(("time", *CONTROLS), (time, *row), strict=True):
        message = _padded(f"/bilabial/{name}") + _padded(",f") + struct.pack(">f", value)
        parts += [struct.pack(">i", len(message)), message]
    return b"".join(parts)


def _padded(text: str) -> bytes:
    """Ended by at least one zero byte, to a length that divides by four."""
    data = text.encode("ascii") + b"\0"
    return data + b"\0" * (-len(data) % 4)


@contextlib.contextmanager
def osc_target(address: str) -> Iterator[Send]:
    """A way to send packets to HOST:PORT."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise BilabialError(f"--osc {address!r} names no host and port: write it like 127.0.0.1:9000")
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_DGRAM
        )[0]
    except socket.gaierror:
        raise BilabialError(f"--osc {address!r}: no host has the name {host!r}, so check it") from None
    with socket.socket(family, kind, protocol) as connection:

        def send(packet: bytes) -> None:
            # Nobody may listen yet: UDP has no promise, and the next frame tries again.
            with contextlib.suppress(ConnectionRefusedError):
                connection.sendto(packet, target)

        yield send
