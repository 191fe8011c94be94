"""What colleagues do with suggestions: write, show, join, answer."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.board import words
from campaigns.board.actions import STREAM
from campaigns.board.counting import family, lock, recount, root
from campaigns.board.models import Change, Joined, Suggestion
from campaigns.board.telling import tell_of
from engage.lib import live, plain
from engage.lib.patience import patient

MOST_TAGS, LONGEST_TAG = 10, 40


class CannotJoin(ValueError):
    """They are one already, or one of them is gone into another."""


def tags_in(text: str) -> list[str]:
    """From what was typed, with commas."""
    found = (plain.line(part)[:LONGEST_TAG].lower() for part in text.split(","))
    return list(dict.fromkeys(filter(None, found)))[:MOST_TAGS]


def write(*, suggestion: Suggestion, title: str, text: str, tags: Sequence[str], by: str, at: datetime) -> Suggestion:
    """In our words; what its author said is kept beside them."""
    title, text = words.title_of(title), words.words_of(text)
    with transaction.atomic():
        lock([suggestion.pk])
        fresh = Suggestion.objects.get(pk=suggestion.pk)
        if (title, text) != (fresh.title, fresh.words) and not fresh.original and fresh.contact_id:
            fresh.original = "\n\n".join(filter(None, (fresh.title, fresh.words)))
        fresh.title, fresh.words, fresh.tags = title, text, list(tags)
        return _keep(fresh, by, at, "title", "words", "original", "tags")


def stand(*, suggestion: Suggestion, standing: str, by: str, at: datetime) -> Suggestion:
    """Show it to everybody, or to nobody."""
    with transaction.atomic():
        lock([suggestion.pk])
        fresh = Suggestion.objects.get(pk=suggestion.pk)
        fresh.standing = standing
        return _keep(fresh, by, at, "standing")


@patient
def decide(
    *, suggestion: Suggestion, state: str, answer: str, by: str, at: datetime, tell: bool = False
) -> Change | None:
    """Where it stands now and what we say to it, for everybody to read with who said so. None if nothing changed.

    With `tell` whoever ticked that they want to hear of it is written to: see `telling`. Of what is not shown
    nobody is.
    """
    answer = words.words_of(answer)
    with transaction.atomic():
        lock([suggestion.pk])
        fresh = Suggestion.objects.get(pk=suggestion.pk)
        if (state, answer) == (fresh.state, fresh.answer):
            return None
        change = Change.objects.create(suggestion=fresh, before=fresh.state, state=state, answer=answer, at=at, by=by)
        if answer != fresh.answer:
            fresh.answer, fresh.answered_by, fresh.answered = answer, by if answer else "", at if answer else None
        fresh.state = state
        _keep(fresh, by, at, "state", "answer", "answered_by", "answered")
        if tell and fresh.standing == Suggestion.Standing.SHOWN and fresh.into_id is None:
            change.told = tell_of(change, at=at)
            change.save(update_fields=["told"])
        return change


@patient
def join(*, suggestion: Suggestion, into: Suggestion, by: str, at: datetime) -> Joined:
    """Both say the same: who voted for either has one vote for both, under the words of `into`. Raises CannotJoin."""
    with transaction.atomic():
        lock([suggestion.pk, into.pk])
        known = Suggestion.objects.in_bulk([suggestion.pk, into.pk])
        if len(known) < 2 or any(one.into_id for one in known.values()):
            raise CannotJoin
        Suggestion.objects.filter(pk=suggestion.pk).update(into=into, changed=at, changed_by=by)
        recount([into.pk])
        live.publish(STREAM, {"suggestion": into.uid})
        return Joined.objects.create(suggestion=suggestion, into=into, at=at, by=by)


@patient
def undo_join(*, joined: Joined, by: str, at: datetime) -> bool:
    """Two again, each with its votes; who voted since stays with the one they voted for. False if it was undone."""
    with transaction.atomic():
        lock([joined.suggestion_id, root(joined.into_id)])
        if not Joined.objects.filter(pk=joined.pk, undone=None).update(undone=at, undone_by=by):
            return False
        Suggestion.objects.filter(pk=joined.suggestion_id).update(into=None, changed=at, changed_by=by)
        recount([joined.suggestion_id, joined.into_id])
        live.publish(STREAM, {"suggestion": joined.into.uid})
        return True


def went_in(suggestion: Suggestion) -> list[Joined]:
    """What stands under its words too. Two queries."""
    found = Joined.objects.filter(into__in=family(suggestion.pk), undone=None)
    return list(found.select_related("suggestion").order_by("-id"))


def _keep(fresh: Suggestion, by: str, at: datetime, *names: str) -> Suggestion:
    fresh.changed, fresh.changed_by = at, by
    fresh.save(update_fields=[*names, "changed", "changed_by"])
    live.publish(STREAM, {"suggestion": fresh.uid})
    return fresh
