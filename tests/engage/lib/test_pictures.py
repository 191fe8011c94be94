"""Hostile pictures: each is refused or made anew within five seconds, and 300 MB of memory hold it."""

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from engage.lib.pictures import LARGEST, thumbnail

SIDE = 3_741
"""Of a square that is just not too large, where all of it is unpacked."""

MEASURED = """
import re, sys, time
from engage.lib.pictures import thumbnail
file, began = sys.stdin.buffer.read(), time.process_time()
made = thumbnail(file, (1600, 1600))
took, status = time.process_time() - began, open("/proc/self/status").read()
print(made[1] if made else "", took, int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024)
"""


def png(side: int, kind: int, bands: int) -> bytes:
    """A black square; written by hand, because nothing of it need be held at once."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer, row = zlib.compressobj(9), bytes(1 + side * bands)
    data = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def drawn(mode: str, side: int, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (side, side)).save(out, format, **options)
    return out.getvalue()


def noise(side: int) -> Image.Image:
    return Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))


def noisy(side: int, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    noise(side).save(out, format, **options)
    return out.getvalue()


def film(frames: int) -> bytes:
    out, first = io.BytesIO(), Image.new("P", (600, 600))
    first.save(out, "GIF", save_all=True, append_images=[Image.new("P", (600, 600), n % 256) for n in range(1, frames)])
    return out.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a PNG of 50,000 by 50,000": (lambda: png(50_000, 0, 1), ""),
    "a PNG that shines through, of as many pixels as may be": (lambda: png(SIDE, 6, 4), "png"),
    "the same in grey": (lambda: png(SIDE, 4, 2), "png"),
    "the same with one pixel too many": (lambda: png(SIDE + 1, 6, 4), ""),
    "a WebP that shines through": (lambda: drawn("RGBA", SIDE, "WEBP", lossless=True, method=0), "png"),
    "a JPEG of several passes": (lambda: drawn("RGB", SIDE, "JPEG", progressive=True, subsampling=0), "jpeg"),
    "a JPEG in four inks": (lambda: drawn("CMYK", SIDE, "JPEG", progressive=True), "jpeg"),
    "a JPEG of 50 million pixels": (lambda: drawn("RGB", 7_071, "JPEG", subsampling=0), "jpeg"),
    "a JPEG of several passes and 50 million pixels": (lambda: drawn("RGB", 7_071, "JPEG", progressive=True), ""),
    "14 MB of noise": (lambda: noisy(2_200, "PNG"), "jpeg"),
    "15 MB and a byte": (lambda: noisy(200, "PNG") + bytes(LARGEST), ""),
    "a GIF of 2,000 frames": (lambda: film(2_000), "jpeg"),
    "a JPEG without its second half": (lambda: (whole := noisy(1_500, "JPEG"))[: len(whole) // 2], ""),
    "a picture that is a page too": (lambda: noisy(200, "GIF") + b"<script>alert(1)</script>", "jpeg"),
}


@pytest.mark.parametrize(("file", "kind"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_picture_is_refused_or_made_anew_soon_and_in_300_MB(file, kind) -> None:
    measured = subprocess.run([sys.executable, "-c", MEASURED], input=file(), capture_output=True, check=True)
    made, took, held = measured.stdout.decode().rsplit(" ", 2)
    assert (made.strip(), float(took) < 5, float(held) < 300) == (kind, True, True), (took, held)


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photo_is_made_upright_in_the_room_that_there_is(turned: int) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = turned
    Image.new("RGB", (800, 400), "brown").save(out, "JPEG", exif=exif)
    made = thumbnail(out.getvalue(), (200, 300))
    assert made is not None
    with Image.open(io.BytesIO(made[0])) as image:
        assert image.size == ((150, 300) if turned > 4 else (200, 100)) and not image.getexif()


def test_nothing_behind_the_end_of_a_picture_is_handed_on() -> None:
    made = thumbnail(noisy(200, "GIF") + b"<script>alert(1)</script>", (100, 100))
    assert made is not None and b"script" not in made[0]
