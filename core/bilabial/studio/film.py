"""A film of the head that speaks a take, with its sound, by PyAV."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from ..atomic import atomic_path
from ..audio.reading import read
from ..curves.take import Take
from ..errors import BilabialError, Cancelled
from ..phrases import Phrase
from ..render.looks import FILM as CAMERA
from ..render.looks import mesh_of
from ..render.rasteriser import Camera, render
from ..render.speaking import Speaker
from ..timing import SAMPLE_RATE

FILM = "Film of the head (.mp4)"  # what the export window calls it
FRAME_RATE = 24
_TAIL_S = 0.5  # the face rests after the sound


def film(
    take: Take,
    sound: Path | None,
    path: Path,
    progress: Callable[[float, str], None] = lambda share, stage: None,
    cancelled: Callable[[], bool] = lambda: False,
    size: int = 480,
    camera: Camera = CAMERA,
    speaker: Speaker | None = None,
) -> None:
    """H.264 and AAC in an .mp4, of the demo head or of another that speaks; without a sound it is silent.

    Raises Cancelled and leaves nothing then.
    """
    try:
        import av
    except ImportError:
        raise BilabialError(
            Phrase("PyAV is not installed, so there is no film: run `pip install av`")
        ) from None
    if path.suffix.lower() != ".mp4":
        raise BilabialError(Phrase("{0} is no film: give it the suffix .mp4", path.name))
    speaker = speaker or Speaker()
    mesh = mesh_of(speaker.head)
    count = int(np.ceil((take.sound.duration + _TAIL_S) * FRAME_RATE))
    with atomic_path(path) as temporary, av.open(str(temporary), "w", format="mp4") as container:
        picture = container.add_stream(
            "libx264", rate=FRAME_RATE, options={"crf": "20", "preset": "veryfast"}
        )
        picture.width = picture.height = size
        picture.pix_fmt = "yuv420p"
        voice = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono") if sound is not None else None
        for number in range(count):
            if cancelled():
                raise Cancelled(Phrase("stopped: no film was written"))
            posed = speaker.at(take, number / FRAME_RATE)
            image = render(mesh, posed, camera, (size, size), 1, shadows=False)
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            container.mux(picture.encode(frame))
            progress(number / count, Phrase("drawing"))
        container.mux(picture.encode())
        if voice is not None and sound is not None:
            samples = read(sound)
            for start in range(0, len(samples), 1024):
                part = np.ascontiguousarray(samples[start : start + 1024][None, :], np.float32)
                audio = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
                audio.sample_rate, audio.pts = SAMPLE_RATE, start
                audio.time_base = Fraction(1, SAMPLE_RATE)
                container.mux(voice.encode(audio))
            container.mux(voice.encode())
    progress(1.0, Phrase("done"))
