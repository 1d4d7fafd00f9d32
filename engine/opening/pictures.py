"""Pictures into RGB arrays: every frame of a TIFF, the first of the other kinds."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from docengine.engine.opening.page_range import PageRange
from docengine.engine.opening.source import Source, printable
from docengine.errors import CorruptFile, DocengineError, InvalidPage, PageTooLarge

MAX_PIXELS = 100_000_000
"""An A3 page at 600 dpi has 70 million; as RGB this many take 300 MB."""
PILLOW_FORMATS = {"JPEG": ["JPEG", "MPO"]}  # MPO: a JPEG with further pictures behind it, as phones write


def check_picture(source: Source) -> None:
    """Read the header alone. Raises CorruptFile or PageTooLarge."""
    with source.stream() as stream, _decoding(source):
        check_size(*_open(stream, source.kind).size, source.shown)


def read_pictures(source: Source, wanted: PageRange | None) -> Iterator[tuple[int, np.ndarray]]:
    """(index, RGB array (H, W, 3) uint8) of the wanted frames, decoded one by one."""
    with source.stream() as stream:
        with _decoding(source):
            picture = _open(stream, source.kind)
        for index in count():
            with _decoding(source):
                if not _seek(picture, source.kind, index):
                    return
                if wanted is not None and index + 1 not in wanted:
                    continue
                check_size(*picture.size, f"{source.shown} page {index + 1}")
                frame = _rgb(ImageOps.exif_transpose(picture))
            yield index, frame


def check_size(width: float, height: float, shown: str) -> None:
    if width * height > MAX_PIXELS:
        size = f"{width:.0f} x {height:.0f} pixels"
        raise PageTooLarge(f"{shown}: {size} are more than {MAX_PIXELS // 10**6} million; scale the picture down")


def as_rgb(array: np.ndarray) -> np.ndarray:
    """A caller's array as RGB uint8 (H, W, 3). Takes bool, uint8, uint16; (H, W), (H, W, 1 | 3 | 4)."""
    shape, dtype = array.shape, array.dtype
    grey = array[..., 0] if array.ndim == 3 and shape[2] == 1 else array
    if (
        not array.size
        or dtype not in (np.uint8, np.uint16, np.bool_)
        or not (grey.ndim == 2 or (grey.ndim == 3 and grey.shape[2] in (3, 4)))
    ):
        raise InvalidPage(f"image array must be uint8 of shape (height, width[, 3]), got {dtype} {shape}")
    check_size(shape[1], shape[0], "image array")
    if dtype == np.bool_:
        grey = grey.astype(np.uint8) * 255
    elif dtype == np.uint16:
        grey = (grey >> 8).astype(np.uint8)
    return grey if grey.ndim == 3 and grey.shape[2] == 3 else _rgb(Image.fromarray(np.ascontiguousarray(grey)))


@contextmanager
def _decoding(source: Source) -> Iterator[None]:
    """Whatever a decoder raises leaves as a typed error; its warnings do not leave."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except DocengineError:
            raise
        except Image.DecompressionBombError as error:
            raise PageTooLarge(f"{source.shown}: {error}; scale the picture down") from error
        except UnidentifiedImageError as error:
            raise CorruptFile(f"{source.shown} is damaged or cut short: no readable {source.kind} header") from error
        except Exception as error:  # decoders of hostile bytes raise anything
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CorruptFile(f"{source.shown} is damaged or cut short: {source.kind}: {printable(reason)}") from error


def _open(stream: BinaryIO, kind: str) -> Image.Image:
    """The picture, not decoded yet."""
    return Image.open(stream, formats=PILLOW_FORMATS.get(kind, [kind]))


def _seek(picture: Image.Image, kind: str, index: int) -> bool:
    """Whether the picture has that frame; frames of animations and of multi-picture JPEGs are no pages."""
    if kind != "TIFF":
        return index == 0
    try:
        picture.seek(index)
    except EOFError:
        return False
    return True


def _rgb(picture: Image.Image) -> np.ndarray:
    """(H, W, 3) uint8; what is transparent becomes white."""
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        picture = Image.fromarray(_stretched(np.asarray(picture)))
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        picture = Image.new("RGBA", coloured.size, "white")
        picture.alpha_composite(coloured)
    return np.array(picture.convert("RGB"))


def _stretched(deep: np.ndarray) -> np.ndarray:
    """Deep grey levels (16 bit, 32 bit, float) as uint8, the darkest black and the brightest white.

    Scanners fill 10, 12 or all 16 bits, and the file does not say how many.
    """
    low, high = float(np.nanmin(deep)), float(np.nanmax(deep))
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return np.full(deep.shape, 255, np.uint8)
    return np.nan_to_num((deep - low) * (255 / (high - low))).astype(np.uint8)
