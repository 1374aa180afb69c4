"""A picture file as pixels: upright, eight bits, no larger than wanted. Pillow reads it."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contents import contents
from ..errors import BilabialError
from ..limits import LARGEST_PICTURE

Picture = NDArray[np.uint8]

SMALLEST = 48  # pixels a side
_LARGEST = 150_000_000  # pixels that a file may unpack to
LONGEST = 2160  # pixels: the longer side of a film unless another size is asked for


class StillError(BilabialError):
    """A picture that is missing, unreadable or of no use."""


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """``pixels``: RGBA (height, width, 4), colours as in the file where it is transparent."""

    pixels: Picture
    notes: tuple[str, ...] = ()  # what a person should know of how it was read

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def transparent(self) -> bool:
        return bool((self.pixels[..., 3] < 255).any())


def read_still(path: Path, height: int | None = None) -> Still:
    """The picture, scaled to ``height`` pixels, or down to LONGEST where none is given."""
    image_module = _pillow(path)
    if not path.exists():
        raise StillError(f"there is no picture {path}: check the name")
    if path.is_dir():
        raise StillError(f"{path} is a folder: name a picture in it")
    data = contents(path, LARGEST_PICTURE)
    if data is None:
        raise StillError(f"{path} is larger than {LARGEST_PICTURE >> 20} MB: scale the picture down first")
    if not data:
        raise StillError(f"{path} is empty (0 bytes): export or copy it again")
    notes: list[str] = []
    try:
        with warnings.catch_warnings():  # of large pictures there is a sentence below
            warnings.simplefilter("ignore", image_module.DecompressionBombWarning)
            image = image_module.open(io.BytesIO(data))
        if image.width * image.height > _LARGEST:
            raise _too_many_pixels(path)
        if getattr(image, "n_frames", 1) > 1:
            notes.append(f"{path.name} is moving: its first picture is used.")
        image.load()
        rgba = _in_srgb(_upright(_eight_bits(image)))
    except StillError:
        raise
    except image_module.DecompressionBombError:
        raise _too_many_pixels(path) from None
    except image_module.UnidentifiedImageError:
        raise StillError(f"{path} is no picture that can be read: export it as PNG or JPEG") from None
    except (OSError, ValueError, SyntaxError) as error:
        raise StillError(
            f"{path} is no picture that can be read ({_short(error)}): export it as PNG or JPEG"
        ) from error
    if min(rgba.size) < SMALLEST:
        raise StillError(
            f"{path} has {rgba.width} x {rgba.height} pixels: give a picture of {SMALLEST} or more a side"
        )
    factor = height / rgba.height if height else min(1.0, LONGEST / max(rgba.size))
    if factor != 1.0:
        wanted = (max(2, round(rgba.width * factor)), max(2, round(rgba.height * factor)))
        if not height:
            notes.append(
                f"{path.name} is scaled down to {wanted[0]} x {wanted[1]}: ask for more with --size."
            )
        rgba = _scaled(rgba, wanted)
    return Still(np.array(rgba, np.uint8), tuple(notes))


def _pillow(path: Path) -> Any:
    try:
        from PIL import Image
    except ImportError as error:
        raise StillError(f"to read {path.name} needs Pillow: pip install 'bilabial[portrait]'") from error
    return Image


def _too_many_pixels(path: Path) -> StillError:
    return StillError(
        f"{path} has more than {_LARGEST // 1_000_000} million pixels: scale it to {LONGEST} or less first"
    )


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:100]


def _eight_bits(image: Any) -> Any:
    """Deep greys scaled, not cut: Pillow would cut them."""
    if image.mode.startswith(("I", "F")):
        deep = np.asarray(image, np.float64)
        white = 65535.0 if image.mode.startswith("I") else max(1.0, float(np.nanmax(deep)))
        grey = np.nan_to_num(np.clip(deep / white, 0, 1) * 255 + 0.5).astype(np.uint8)
        shown = _pillow(Path("picture")).fromarray(grey)
        shown.info.update(image.info)
        return shown
    return image


def _upright(image: Any) -> Any:
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def _in_srgb(image: Any) -> Any:
    """RGBA in the colours of a screen; a profile that Pillow cannot follow is left aside."""
    profile = image.info.get("icc_profile")
    rgba = image.convert("RGBA")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return rgba
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        base = image if image.mode == "CMYK" else rgba.convert("RGB")
        shown = ImageCms.profileToProfile(base, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return rgba
    shown.putalpha(rgba.getchannel("A"))
    return shown


def _scaled(rgba: Any, size: tuple[int, int]) -> Any:
    """Scaled with its colours weighted by how opaque they are, so that no dark seam grows round a cut-out."""
    from PIL import Image

    return rgba.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def even(picture: Picture) -> Picture:
    """With an even width and height, as films must have: the last row or column once more."""
    height, width = picture.shape[:2]
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def over_colour(picture: Picture, colour: tuple[int, int, int]) -> Picture:
    """Transparent parts filled with a colour; RGBA, all opaque."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    flat = picture[..., :3] * alpha + np.array(colour, np.float32) * (1 - alpha) + 0.5
    opaque = np.full((*picture.shape[:2], 1), 255, np.uint8)
    return np.concatenate((flat.astype(np.uint8), opaque), axis=2)


def upright_height(path: Path) -> int:
    """The picture's own height in pixels, as it is shown."""
    image_module = _pillow(path)
    with image_module.open(path) as image:
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)  # EXIF's orientation: on its side
        return int(image.width if turned else image.height)
