"""What the first page would wait for, done before a process takes requests. A rush is served by all its threads at
once: what each of them would load, they load one behind the other."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

PUBLIC = ("customer/*.html", "proving/*.html", "*/public/**/*.html")
"""Templates of pages that everybody may open."""


def warm() -> None:
    """Views, public templates, languages; the pool begins to fill itself, and nobody waits for the database."""
    get_resolver().reverse("healthz")
    for name in public_templates():
        get_template(name)
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("Thank you")
    if pool := getattr(connection, "pool", None):
        pool.open()


def public_templates() -> list[str]:
    root: Path = settings.BASE_DIR / "templates"
    return sorted(str(path.relative_to(root)) for pattern in PUBLIC for path in root.glob(pattern))
