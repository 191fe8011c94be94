"""Copies from node_modules what pages use, and nothing else, to where static files are looked for.

Whole packages would bring source maps, examples and scripts under other licences.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# folder in node_modules, files in it, folder among the static files
ALLOWED = (
    ("@tabler/core/dist/css", "tabler.min.css", "tabler/css"),
    ("@fontsource-variable/inter", "wght.css", "fonts/inter"),
    ("@fontsource-variable/inter/files", "*-wght-normal.woff2", "fonts/inter/files"),
    ("@fontsource-variable/source-serif-4", "wght.css", "fonts/source-serif-4"),
    ("@fontsource-variable/source-serif-4/files", "*-wght-normal.woff2", "fonts/source-serif-4/files"),
)


def copy() -> None:
    """Brings VENDOR_ROOT up to date; raises FileNotFoundError when `npm ci` has not been run."""
    for source, target in _pairs(settings.BASE_DIR / "node_modules"):
        if not target.exists() or target.stat().st_mtime != source.stat().st_mtime:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def _pairs(packages: Path) -> Iterator[tuple[Path, Path]]:
    for folder, pattern, target in ALLOWED:
        found = sorted((packages / folder).glob(pattern))
        if not found:
            raise FileNotFoundError(f"node_modules/{folder}/{pattern} is missing: run npm ci")
        for source in found:
            yield source, settings.VENDOR_ROOT / target / source.name
