"""Uploaded files, as long as their import needs them: `imports/` in the home."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from crm.contacts.imports.encoding import LARGEST


class TooLarge(ValueError):
    """The file is larger than LARGEST."""


class Kept(NamedTuple):
    """A file as it lies: where, how long it is in bytes, and its SHA-256."""

    path: Path
    size: int
    digest: str


def folder() -> Path:
    return Path(settings.HOME.root) / "imports"


def keep(chunks: Iterable[bytes], uid: UUID) -> Kept:
    """Writes an upload as it comes, under a name of ours. Raises TooLarge and OSError, leaving nothing."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path, size, digest = folder() / str(uid), 0, hashlib.sha256()
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST:
                    raise TooLarge
                digest.update(chunk)
                file.write(chunk)
    except (TooLarge, OSError):
        path.unlink(missing_ok=True)
        raise
    return Kept(path, size, digest.hexdigest())


def look_at(path: Path) -> Kept:
    """A file that stays where it is. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Kept(path.resolve(), path.stat().st_size, digest)


def drop(path: str) -> None:
    """Deletes a kept upload; a file that lies elsewhere is not ours to delete."""
    if path and Path(path).parent == folder():
        Path(path).unlink(missing_ok=True)
