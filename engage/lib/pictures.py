"""Foreign pictures are made anew: nothing of the file itself is handed on, no place where a photograph was taken and no
script behind its end."""

import io
import threading

from PIL import Image, ImageOps

LARGEST = 15 * 1024**2
"""Bytes of a file."""
MOST_PIXELS = 50_000_000
"""Of all frames together, as the file says itself, before any of it is unpacked."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
UNSCALED_PIXELS = 14_000_000
"""The same where all of it must be held at once, as JPEG of one pass need not be: the most that 300 MB hold."""
QUALITY = 82
_SCALED = ("L", "RGB", "RGBA")
"""Modes that keep what they mean when they are made smaller, before anything else is done with all their pixels."""
_TURN, _ON_ITS_SIDE = 0x0112, range(5, 9)
one_at_a_time = threading.Semaphore(1)
"""For the sake of memory, whoever unpacks one."""


def thumbnail(file: bytes, size: tuple[int, int]) -> tuple[bytes, str] | None:
    """A picture of at most `size`, and its kind, png or jpeg; None for what is none or too large."""
    if len(file) > LARGEST:
        return None
    with one_at_a_time:
        try:
            return _made(file, size)
        except Exception:  # a decoder has as many errors as there are ways to break a file
            return None


def measured(made: bytes) -> tuple[int, int]:
    """Width and height of a picture that was made here."""
    with Image.open(io.BytesIO(made)) as image:
        return image.size


def anew(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Upright, at most of this size, and bare: RGBA where something shines through, else RGB."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    small = image if image.mode in _SCALED else image.convert(mode)
    small.thumbnail(size[::-1] if image.getexif().get(_TURN, 1) in _ON_ITS_SIDE else size, Image.Resampling.LANCZOS)
    plain = ImageOps.exif_transpose(small).convert(mode)
    return Image.frombytes(plain.mode, plain.size, plain.tobytes())


def written(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def _is_of_one_pass(image: Image.Image) -> bool:
    return image.format == "JPEG" and image.mode in ("L", "RGB") and not image.info.get("progressive")


def _made(file: bytes, size: tuple[int, int]) -> tuple[bytes, str] | None:
    with Image.open(io.BytesIO(file), formats=FORMATS) as image:
        if image.width * image.height > (MOST_PIXELS if _is_of_one_pass(image) else UNSCALED_PIXELS):
            return None
        image.draft("RGB", size)
        bare = anew(image, size)
    if bare.mode == "RGBA":
        return written(bare, "PNG", optimize=True), "png"
    return written(bare, "JPEG", quality=QUALITY), "jpeg"
