"""Which encoding a text file has, and the file opened in it, however it is packed."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LARGEST = 500 * 1024 * 1024
"""Bytes of a file, and of what is packed in it. A million people take about 100 MB."""
GZIP = b"\x1f\x8b"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

ENCODINGS = {
    "utf-8": gettext_lazy("UTF-8: every script"),
    "cp1252": gettext_lazy("Western European"),
    "cp1250": gettext_lazy("Central European"),
    "cp1251": gettext_lazy("Cyrillic"),
    "cp1253": gettext_lazy("Greek"),
    "cp1254": gettext_lazy("Turkish"),
    "cp1255": gettext_lazy("Hebrew"),
    "cp1256": gettext_lazy("Arabic"),
    "gb18030": gettext_lazy("Simplified Chinese"),
    "big5": gettext_lazy("Traditional Chinese"),
    "cp932": gettext_lazy("Japanese"),
    "cp949": gettext_lazy("Korean"),
    "mac_roman": gettext_lazy("Western European, old Macintosh"),
    "utf-16": gettext_lazy("UTF-16: every script"),
}
"""What the owner may say where the letters look wrong: a byte means another letter in each, and no file says which."""


class NotATable(ValueError):
    """The file as a whole cannot be read: its message is for people."""


@contextmanager
def binary(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """(the file as it lies on disk, for the position; its content, unpacked if it is gzip).

    Reading raises NotATable where what is packed is damaged, or larger than LARGEST.
    """
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
        raw.seek(0)
        if not packed:
            yield raw, raw
            return
        with gzip.GzipFile(fileobj=raw) as content:
            yield raw, cast(BinaryIO, io.BufferedReader(_Unpacked(content)))


class _Unpacked(io.RawIOBase):
    """No more than LARGEST bytes of a packed file, however little it seems to be."""

    def __init__(self, content: gzip.GzipFile) -> None:
        self._content = content
        self._left = LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            piece = self._content.read1(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            raise NotATable(_("The file is damaged: it cannot be unpacked. Unpack it, and bring that.")) from error
        self._left -= len(piece)
        if self._left < 0:
            most = LARGEST // 1024**2
            raise NotATable(_("The file unpacks to more than %(most)d MB. Bring it in parts.") % {"most": most})
        buffer[: len(piece)] = piece
        return len(piece)


def text(stream: BinaryIO, encoding: str) -> TextIO:
    """Lines with any line end as '\\n'. Bytes that are no text become lone surrogates, so that the row can be told."""
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline=None)


def detect_encoding(path: Path) -> str:
    """utf-8-sig, utf-16, utf-16-le, utf-16-be, utf-8 or cp1252, from a whole reading in constant memory.

    A file in UTF-8 with a few broken lines stays UTF-8: only if most lines beyond ASCII are no UTF-8 is it taken for
    cp1252.
    """
    with binary(path) as (_raw, stream):
        start = stream.read(4096)
        for mark, name in MARKS:
            if start.startswith(mark):
                return name
        if wide := _utf16_without_mark(start):
            return wide
        good = bad = 0
        rest = io.BytesIO(start + stream.readline(1_000_000))
        for line in _chain_lines(rest, stream):
            if line.isascii():
                continue
            try:
                line.decode()
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return "utf-8" if good >= bad else "cp1252"


def _chain_lines(*streams: BinaryIO | io.BytesIO) -> Iterator[bytes]:
    for stream in streams:
        while line := stream.readline(1_000_000):
            yield line


def _utf16_without_mark(start: bytes) -> str:
    """Latin text in UTF-16 has a NUL in every other byte."""
    half = len(start) // 2
    if half and start[1::2].count(0) > half * 0.7:
        return "utf-16-le"
    if half and start[0::2].count(0) > half * 0.7:
        return "utf-16-be"
    return ""
