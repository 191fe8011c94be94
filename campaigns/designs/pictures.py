"""Pictures of the shop: what is uploaded is read, turned upright, made smaller and written anew.

Nothing of the file itself is kept: no place where a photograph was taken, no script behind its end. What a picture
shows is in its name, so that a name never shows another picture and may be kept by everybody for ever.
"""

import hashlib
import io
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageSequence, UnidentifiedImageError

from engage.lib.pictures import FORMATS, LARGEST, MOST_PIXELS, QUALITY, anew, one_at_a_time, written

WIDEST, TALLEST = 1200, 2400
LARGEST_MOVING = 2 * 1024**2
LARGEST_PNG = 400 * 1024
MOST_FRAMES = 120
_NAME = re.compile(r"[0-9a-f]{40}-(\d{1,5})x(\d{1,5})\.(?:jpg|png|gif)")


class NotAPicture(ValueError):
    """What cannot be taken, in words for whoever chose the file."""


@dataclass(frozen=True, slots=True)
class Made:
    """A picture made anew: its name begins with the digest of `data`."""

    name: str
    data: bytes
    width: int
    height: int


def is_kept(name: str) -> bool:
    """Whether this is a name of ours, and no address elsewhere."""
    return _NAME.fullmatch(name) is not None


def width_of(name: str) -> int | None:
    """In pixels; None for a picture elsewhere."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def address_of(picture: str) -> str:
    """Where mail programs find it."""
    return f"{settings.PUBLIC_URL}/media/{picture}" if is_kept(picture) else picture


def make_anew(file: bytes) -> Made:
    """Raises NotAPicture. What it is is seen from its bytes; one at a time, for the sake of memory."""
    if len(file) > LARGEST:
        raise NotAPicture(_("The file is larger than %(most)d MB.") % {"most": LARGEST // 1024**2})
    with one_at_a_time:
        try:
            data, kind, size = _made(file)
        except NotAPicture:
            raise
        except UnidentifiedImageError as error:
            raise NotAPicture(_("This is no JPEG, PNG, WebP or GIF.")) from error
        except Exception as error:  # a decoder has as many errors as there are ways to break a file
            raise NotAPicture(_("This picture is damaged, or larger than it says.")) from error
    digest = hashlib.sha256(data).hexdigest()[:40]
    return Made(f"{digest}-{size[0]}x{size[1]}.{kind}", data, *size)


def keep(made: Made) -> None:
    """Into the media folder, whole or not at all. Raises OSError."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / made.name).exists():
        return
    with NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
        try:
            file.write(made.data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).rename(folder / made.name)
        except BaseException:
            with suppress(OSError):
                Path(file.name).unlink()
            raise


def delete(name: str) -> None:
    """Out of the media folder; one that is not there is no error. Raises OSError."""
    if path := path_of(name):
        path.unlink(missing_ok=True)


def path_of(name: str) -> Path | None:
    """Where it lies, if it is a name of ours and there."""
    path = Path(settings.MEDIA_ROOT) / name
    return path if is_kept(name) and path.is_file() else None


def _made(file: bytes) -> tuple[bytes, str, tuple[int, int]]:
    with Image.open(io.BytesIO(file), formats=FORMATS) as image:
        frames = min(getattr(image, "n_frames", 1), MOST_FRAMES + 1) if image.format == "GIF" else 1
        if image.width * image.height > MOST_PIXELS:
            most = {"most": MOST_PIXELS // 1_000_000}
            raise NotAPicture(_("The picture has more than %(most)d million points: make it smaller.") % most)
        if 1 < frames <= MOST_FRAMES and image.width * image.height * frames <= MOST_PIXELS:
            moving, size = _moving(image)
            if len(moving) <= LARGEST_MOVING:
                return moving, "gif", size
            image.seek(0)
        image.draft("RGB", (2 * WIDEST, 2 * TALLEST))
        return _still(image)


def _still(image: Image.Image) -> tuple[bytes, str, tuple[int, int]]:
    """PNG where something shines through or it was drawn, else JPEG."""
    drawn = image.format in ("PNG", "GIF")
    bare = anew(image, (WIDEST, TALLEST))
    clear = bare.mode == "RGBA"
    if clear or drawn:
        data = written(bare, "PNG", optimize=True)
        if clear or len(data) <= LARGEST_PNG:
            return data, "png", bare.size
    return written(bare, "JPEG", quality=QUALITY, progressive=True, optimize=True), "jpg", bare.size


def _moving(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    frames, times = [], []
    for frame in ImageSequence.Iterator(image):
        shown = frame.convert("RGBA")
        shown.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
        frames.append(Image.frombytes(shown.mode, shown.size, shown.tobytes()))
        times.append(max(int(frame.info.get("duration") or 0), 20))
    rest = {"save_all": True, "append_images": frames[1:], "duration": times, "loop": 0, "disposal": 2}
    return written(frames[0], "GIF", **rest), frames[0].size
