"""Films of a real face, packed for the portrait network: cropped to the face, small, with 16 kHz sound.

The layout is that of GRID's set: video/NAME.mp4 at 25 frames a second of 128 x 160, aligned so that the eyes
lie 42 pixels apart around (64, 62); audio/NAME.*; and test.txt, the clips that train nothing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...audio.reading import read
from ...errors import BilabialError, FormatError
from ..data.sets import Problems
from ..families.portrait.clips import TEST, FaceClip, write_clip

FACE = (16, 16, 112, 144)  # left, top, right, bottom of the face in those films
_SOUNDS = (".opus", ".flac", ".wav", ".mp3")


def pack_films(
    source: Path, output: Path, size: tuple[int, int], count: int | None, test: int, problems: Problems
) -> int:
    """Write one .npz a clip and test.txt; the number of clips."""
    films = {path.stem: path for path in sorted((source / "video").glob("*.mp4"))}
    if not films:
        raise FormatError(f"{source} holds no video/*.mp4: give a folder of GRID's layout")
    listed = (source / TEST).read_text("utf-8").split() if (source / TEST).is_file() else []
    held = [name for name in listed if name in films]
    training = [name for name in films if name not in set(held)]
    others = [name for name in held if name.startswith("other_")]
    own = [name for name in held if not name.startswith("other_")]
    chosen_test = [*others, *evenly(own, max(0, test - len(others)))]
    output.mkdir(parents=True, exist_ok=True)
    done = 0
    for name in [*evenly(training, count), *chosen_test]:
        sound = next((p for end in _SOUNDS if (p := source / "audio" / (name + end)).is_file()), None)
        if sound is None:
            problems.add(name, "there is no sound beside its film")
            continue
        try:
            samples = (np.clip(read(sound), -1, 1) * 32767).astype(np.int16)
            write_clip(output, FaceClip(name, film_frames(films[name], size), samples))
        except BilabialError as error:
            problems.add(name, str(error))
            continue
        done += 1
    (output / TEST).write_text("\n".join(chosen_test) + "\n", "utf-8")
    return done


def evenly(names: list[str], count: int | None) -> list[str]:
    """So many of the names, from all over the list."""
    if count is None or count >= len(names):
        return names
    return [names[i * len(names) // count] for i in range(count)]


def film_frames(path: Path, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A film's face, scaled to ``size`` (width, height)."""
    import av

    left, top, right, bottom = FACE
    frames = []
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                whole = frame.to_ndarray(format="rgb24")
                if whole.shape[0] < bottom or whole.shape[1] < right:
                    raise FormatError(f"{path.name} is not a film of 128 x 160 pixels: align it first")
                frames.append(shrunk(whole[top:bottom, left:right], size))
    except av.FFmpegError as error:
        raise FormatError(f"{path.name} is no readable film ({error})") from error
    if not frames:
        raise FormatError(f"{path.name} holds no frame")
    return np.array(frames)


def shrunk(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Means of whole blocks: the sizes here divide one another."""
    width, height = size
    down, across = picture.shape[0] // height, picture.shape[1] // width
    if (height * down, width * across) != picture.shape[:2]:
        raise FormatError(
            f"{picture.shape[1]} x {picture.shape[0]} pixels cannot be halved to {width} x {height}"
        )
    blocks = picture.reshape(height, down, width, across, 3).astype(np.float32).mean((1, 3))
    return np.asarray(blocks + 0.5, np.float32).astype(np.uint8)
