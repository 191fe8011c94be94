"""Writing designs. What was frozen for sending never changes with them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.channels import contents as kept_contents
from campaigns.designs import queries
from campaigns.designs.checks import NotReady, check
from campaigns.designs.compiling import skeleton
from campaigns.designs.models import Design
from campaigns.designs.parse import InvalidContents, Problem, empty, parse
from crm.business.queries import business
from engage.lib.former import Overtaken, back, before_change, goes_on
from engage.lib.patience import patient

LONGEST_NAME = 120


def freeze(design: Design, *, unsubscribable: bool = True) -> dict[str, int]:
    """The key of an immutable Content for each language; the same words are kept once. `queries.in_language` chooses
    among them with `design.language` as the fallback. Messages that nobody can unsubscribe from (receipts) carry no
    link for it. Two queries a language at most, and one for the look.

    Raises NotReady with what stops it.
    """
    shop = business()
    look = queries.look(shop)
    found = check(design.kind, design.contents, look, shop, unsubscribable=unsubscribable)
    if stopping := [finding for finding in found if finding.stops]:
        raise NotReady(stopping)
    return {
        language: kept_contents.keep(
            skeleton(design.kind, content, look, language=language, unsubscribable=unsubscribable), label=design.name
        )
        for language, content in design.contents.items()
    }


def create_design(*, kind: str, name: str, language: str, contents: Any = None, by: str, at: datetime) -> Design:
    """A new design, empty in `language` if there are no `contents`. Raises parse.InvalidContents."""
    parsed = parse(kind, contents if contents is not None else {language: empty(kind)})
    _check_fallback(language, parsed)
    return Design.objects.create(
        kind=kind, name=name[:LONGEST_NAME], language=language, contents=parsed, created=at, changed=at, by=by[:120]
    )


@patient
def edit_design(
    design: Design,
    *,
    contents: Any = None,
    name: str | None = None,
    language: str | None = None,
    seen: int | None = None,
    about: str = "",
    by: str,
    at: datetime,
) -> None:
    """Change what is given; the contents before can be had back. `seen` is the revision that the change was made from.

    Raises Overtaken, and parse.InvalidContents; nothing is changed then.
    """
    parsed = design.contents if contents is None else parse(design.kind, contents)
    with transaction.atomic():
        locked = _locked(design, seen)
        fields: dict[str, Any] = {"name": name, "language": language, "contents": None if contents is None else parsed}
        changed = {field: new for field, new in fields.items() if new is not None and new != getattr(locked, field)}
        _check_fallback(changed.get("language", locked.language), changed.get("contents", locked.contents))
        if "contents" in changed and not goes_on(locked.former, about=about, changed=locked.changed, by=by, at=at):
            before_change(locked.former, contents=locked.contents, about=about[:80], by=by, at=at)
        if changed:
            _change(locked, by=by, at=at, **changed)
    design.refresh_from_db()


@patient
def undo_design(design: Design, *, seen: int | None = None, by: str, at: datetime) -> None:
    """Have the contents before the last change back. Raises NothingLeft and Overtaken."""
    _back(design, undone=False, seen=seen, by=by, at=at)


@patient
def redo_design(design: Design, *, seen: int | None = None, by: str, at: datetime) -> None:
    """Do again what was undone last. Raises NothingLeft and Overtaken."""
    _back(design, undone=True, seen=seen, by=by, at=at)


def copy_design(design: Design, *, name: str, by: str, at: datetime) -> Design:
    """Another one that begins the same."""
    return create_design(kind=design.kind, name=name, language=design.language, contents=design.contents, by=by, at=at)


def put_away_design(design: Design, *, by: str, at: datetime) -> None:
    """Out of the list; what uses it goes on."""
    Design.objects.filter(pk=design.pk, put_away=None).update(put_away=at, by=by[:120])


def take_back_design(design: Design, *, by: str, at: datetime) -> None:
    """Into the list again."""
    Design.objects.filter(pk=design.pk).update(put_away=None, by=by[:120])


def _check_fallback(language: str, contents: dict[str, Any]) -> None:
    if language not in contents:
        raise InvalidContents([Problem("language", "must be one of the languages of the contents")])


def _back(design: Design, *, undone: bool, seen: int | None, by: str, at: datetime) -> None:
    with transaction.atomic():
        locked = _locked(design, seen)
        former = back(locked.former, undone=undone, contents=locked.contents, by=by, at=at)
        language = locked.language if locked.language in former.contents else next(iter(former.contents))
        _change(locked, by=by, at=at, contents=former.contents, language=language)
    design.refresh_from_db()


def _locked(design: Design, seen: int | None) -> Design:
    locked = Design.objects.select_for_update(no_key=True).get(pk=design.pk)
    if seen is not None and locked.revision != seen:
        raise Overtaken
    return locked


def _change(design: Design, *, by: str, at: datetime, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(design, name, value)
    design.revision += 1
    design.changed, design.by = at, by[:120]
    design.save(update_fields=[*fields, "revision", "changed", "by"])
