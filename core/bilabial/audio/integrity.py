"""What a sound file says of its own wholeness: checksums, frame counts, the length of its container.

Decoders go on over what is missing or damaged and say nothing. Each function reads headers alone, or (ogg)
the bytes once at the speed of zlib; none decodes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# What writers to a pipe put for "no idea".
UNKNOWN_SIZES = (0, 0x7FFFF000, 0x7FFFFFFF, 0xFFFFF000, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Finding:
    """``share`` of what the container promises that is there; ``seconds`` promised, where it says so;
    ``damaged_at`` the second from which bytes are damaged; ``doubt`` what cannot be proven either way.
    """

    share: float = 1.0
    seconds: float | None = None
    damaged_at: float | None = None
    doubt: str = ""


def examine(stream: BinaryIO) -> Finding:
    """Look at an open file; formats that say nothing of themselves give an empty finding."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    start = stream.read(12)
    if start[:4] == b"OggS":
        return _ogg(stream)
    if start[:4] in (b"RIFF", b"RIFX"):
        return Finding(_chunk_present(stream, size, 12, b"data", ">" if start[3:4] == b"X" else "<"))
    if start[:4] == b"FORM":
        return Finding(_chunk_present(stream, size, 12, b"SSND", ">"))
    if start[:4] == b".snd":
        offset, length = struct.unpack(">II", start[4:12])
        return Finding(_share(size - offset, length))
    if start[:4] == b"caff":
        return Finding(_chunk_present(stream, size, 8, b"data", ">", wide=True))
    if start[:4] == b"\x1aE\xdf\xa3":
        return Finding(_matroska_present(stream, size))
    if start[:3] == b"ID3" or (start[:1] == b"\xff" and start[1] & 0xE0 == 0xE0):
        return _mp3(stream, size)
    return Finding()


def _share(present: int, promised: int) -> float:
    return 1.0 if promised in UNKNOWN_SIZES or present >= promised else max(present, 0) / promised


def _chunk_present(
    stream: BinaryIO, size: int, first: int, wanted: bytes, order: str, wide: bool = False
) -> float:
    """Share of the samples' chunk that lies in the file: 1 when all does, or nothing was promised."""
    head = struct.Struct(f"{order}4s{'Q' if wide else 'I'}")
    stream.seek(first)
    while len(found := stream.read(head.size)) == head.size:
        name, length = head.unpack(found)
        if name == wanted:
            return _share(size - stream.tell(), length)
        if length > size - stream.tell():
            break  # a length of 64 bits may be more than any file has
        stream.seek(length if wide else length + length % 2, 1)
    return 1.0


# --- Matroska and WebM ---


def _matroska_present(stream: BinaryIO, size: int) -> float:
    """Share of the one segment that lies in the file. Writers to a pipe leave its length open."""
    stream.seek(0)
    for _ in range(4):
        name, length = _number(stream, keep_mark=True), _number(stream)
        if name is None or length is None or length < 0:
            return 1.0
        if name == 0x18538067:
            return _share(size - stream.tell(), length)
        stream.seek(length, 1)
    return 1.0


def _number(stream: BinaryIO, keep_mark: bool = False) -> int | None:
    """EBML's numbers of one to eight bytes. -1 for a length that is left open."""
    first = stream.read(1)
    if not first or not first[0]:
        return None
    more = 8 - first[0].bit_length()
    rest = stream.read(more)
    if len(rest) < more:
        return None
    value = int.from_bytes(first + rest, "big")
    if keep_mark:
        return value
    value &= (1 << 7 * (more + 1)) - 1
    return -1 if value == (1 << 7 * (more + 1)) - 1 else value


# --- Ogg ---


def _ogg(stream: BinaryIO) -> Finding:
    """Every page carries a checksum; the last one of each stream says that it is."""
    stream.seek(0)
    rate, at, ended = 0, 0.0, False
    for page in _ogg_pages(stream):
        if page is None:
            return Finding(damaged_at=at)
        flags, granule, body = page
        rate = rate or _ogg_rate(body)
        if rate and 0 <= granule < 1 << 60:
            at = granule / rate
        ended = bool(flags & 4)
    return (
        Finding() if ended else Finding(doubt=f"it ends at {at:.2f} s without its last page: it may be cut")
    )


def _ogg_pages(stream: BinaryIO) -> Iterator[tuple[int, int, bytes] | None]:
    """Flags, position and body of each page; None, and no more, from where one is not as it was written."""
    while head := stream.read(27):
        if len(head) < 27 or head[:4] != b"OggS":
            yield None if len(head) == 27 else (0, -1, b"")
            return
        lengths = stream.read(head[26])
        body = stream.read(sum(lengths))
        if len(body) < sum(lengths):
            yield 0, -1, b""  # cut off in its midst: no page is the last one then
            return
        (told,) = struct.unpack_from("<I", head, 22)
        if told != _ogg_checksum(head[:22] + b"\0\0\0\0" + head[26:] + lengths + body):
            yield None
            return
        (granule,) = struct.unpack_from("<q", head, 6)
        yield head[5], granule, body


def _ogg_rate(body: bytes) -> int:
    if body[:7] == b"\x01vorbis" and len(body) >= 16:
        return int(struct.unpack_from("<I", body, 12)[0])
    return 48_000 if body[:8] == b"OpusHead" else 0


def _ogg_checksum(data: bytes) -> int:
    """Ogg's CRC is zlib's with every bit in the other order, and nothing turned over at either end."""
    mirrored = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


# --- MP3 ---

_BITRATES = {
    (3, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}  # kbit/s by version (3: MPEG 1) and layer (3: I, 2: II, 1: III)
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


@dataclass(frozen=True, slots=True)
class _Frame:
    length: int  # bytes
    samples: int
    rate: int  # Hz
    mono: bool
    mpeg1: bool


def _mp3_frame(head: bytes) -> _Frame | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or not layer or not 0 < bitrate < 15 or rate == 3:
        return None
    kilobits = _BITRATES[3 if version == 3 else 2, layer if version == 3 or layer == 3 else 2][bitrate - 1]
    hertz = _RATES[version][rate]
    samples = 384 if layer == 3 else 576 if layer == 1 and version != 3 else 1152
    slot = 4 if layer == 3 else 1
    length = (samples // 8 * kilobits * 1000 // hertz // slot + (head[2] >> 1 & 1)) * slot
    return _Frame(length, samples, hertz, head[3] >> 6 == 3, version == 3)


def _mp3(stream: BinaryIO, size: int) -> Finding:
    """The count of frames that most encoders write into the first; without it, whether the last is whole."""
    place = _after_id3(stream)
    stream.seek(place)
    first = stream.read(256)
    frame = _mp3_frame(first)
    if frame is None:
        return Finding()
    side = (17 if frame.mono else 32) if frame.mpeg1 else (9 if frame.mono else 17)
    tag = first[4 + side :]
    if tag[:4] in (b"Xing", b"Info") and len(tag) >= 12 and tag[7] & 1:
        (frames,) = struct.unpack_from(">I", tag, 8)
        return Finding(seconds=frames * frame.samples / frame.rate)
    at = 0.0
    while place < size:
        stream.seek(place)
        head = stream.read(4)
        found = _mp3_frame(head)
        if found is None:
            ends = head[:3] == b"TAG" or head[:4] in (b"APET", b"LYRI") or not head.strip(b"\0")
            return Finding() if ends else Finding(doubt=f"from {at:.2f} s on it is no mp3: it may be damaged")
        if place + found.length > size:
            return Finding(doubt=f"its last frame, at {at:.2f} s, is not whole: it may be cut")
        place += found.length
        at += found.samples / found.rate
    return Finding()


def _after_id3(stream: BinaryIO) -> int:
    stream.seek(0)
    head = stream.read(10)
    if head[:3] != b"ID3":
        return 0
    return 10 + sum((byte & 127) << 7 * (3 - i) for i, byte in enumerate(head[6:10]))
