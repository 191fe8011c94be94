"""Keys that are made once and kept in a file only its owner may read."""

import contextlib
import os
import secrets
from pathlib import Path


def kept_in(path: Path) -> str:
    """The secret in `path`, made there when absent. Of two processes that make it at once, both return the same."""
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)  # unlike rename, this refuses to replace what another process just made
    draft.unlink()
    return path.read_text().strip()
