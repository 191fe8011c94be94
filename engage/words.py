"""Our own words that customers read, and what translators made of them: `locale/<language>/LC_MESSAGES/django.po`.
`locale/sources.txt` says where they are.

Only these have a catalog. The team's pages are English until there is one for all of theirs (engage.languages).
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

SAYING = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"})
_LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_TEXT = re.compile(_LITERAL)
_CALL = re.compile(rf"\b(_|n?gettext)\(({_LITERAL}(?:, {_LITERAL})?)")
_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


class Said(NamedTuple):
    """One text of ours; `many` is its plural or ''."""

    one: str
    many: str
    where: str


def said() -> Iterator[Said]:
    """All that customers may read, in the order of the files; some more than once."""
    for path in sources():
        yield from _in_template(path) if path.suffix == ".html" else _in_module(path)


def sources() -> Iterator[Path]:
    """The files that `locale/sources.txt` names, by themselves or with their folder."""
    for name in (settings.BASE_DIR / "locale" / "sources.txt").read_text().split():
        path = settings.BASE_DIR / name
        found = path.rglob("*.html" if name.startswith("templates/") else "*.py") if path.is_dir() else [path]
        yield from sorted(found)


def languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def folder(language: str) -> Path:
    return settings.BASE_DIR / "locale" / to_locale(language) / "LC_MESSAGES"


def read(language: str) -> Catalog:
    """What is translated so far; nothing where there is no file."""
    path = folder(language) / "django.po"
    lines = path.read_bytes().splitlines() if path.exists() else []
    return read_po(lines, locale=to_locale(language))


def brought_up_to_date(language: str) -> Catalog:
    """With all that is said now and nothing else; what is new has no translation yet."""
    known = read(language)
    fresh = Catalog(
        locale=to_locale(language),
        header_comment="# How it is done: docs/translating.md",
        project="Engage",
        version="1",
        creation_date=_BEGUN,
        revision_date=_BEGUN,
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        fuzzy=False,
    )
    for one, many, where in said():
        before = known.get(one)
        kept = before.string if before and bool(many) == before.pluralizable else None
        fresh.add((one, many) if many else one, kept or None, locations=[(where, 0)])
    return fresh


def untranslated(catalog: Catalog) -> list[Message]:
    return [one for one in catalog if one.id and not all(strings(one))]


def strings(message: Message) -> tuple[str, ...]:
    """Each of its forms in the language; '' where it has none yet."""
    found = message.string
    return tuple(found) if isinstance(found, (tuple, list)) else (found or "",)


def write(language: str) -> Catalog:
    """The catalog as text and as programs read it, brought up to date."""
    catalog, place = brought_up_to_date(language), folder(language)
    place.mkdir(parents=True, exist_ok=True)
    (place / "django.po").write_bytes(po(catalog))
    (place / "django.mo").write_bytes(mo(catalog))
    return catalog


def po(catalog: Catalog) -> bytes:
    """Without line numbers, which would change with everything else."""
    made = BytesIO()
    write_po(made, catalog, width=118, include_lineno=False)
    return made.getvalue()


def mo(catalog: Catalog) -> bytes:
    made = BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def _in_template(path: Path) -> Iterator[Said]:
    where = str(path.relative_to(settings.BASE_DIR))
    for call in _CALL.finditer(templatize(path.read_text(), origin=where)):
        texts = [ast.literal_eval(text) for text in _TEXT.findall(call[2])]
        yield Said(texts[0], texts[1] if call[1] == "ngettext" else "", where)


def _in_module(path: Path) -> Iterator[Said]:
    where = str(path.relative_to(settings.BASE_DIR))
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in SAYING:
            continue
        texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if texts:
            yield Said(texts[0], texts[1] if len(texts) > 1 else "", where)
