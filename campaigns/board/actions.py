"""Suggesting and voting: once for each person, whoever presses how often."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.board import words
from campaigns.board.counting import family, lock, recount, root
from campaigns.board.models import Board, Suggestion, Vote
from campaigns.board.queries import board
from crm.business.models import User
from crm.contacts.actions import Owner, hold
from crm.dialogue.queries import is_blocked
from crm.events.actions import Fact, derive
from engage.lib import live
from engage.lib.patience import patient

STREAM = "board"
MADE, VOTED = "Suggestion Made", "Suggestion Voted"
Standing = Suggestion.Standing


def set_up(*, changes: dict[str, object], by: User, at: datetime) -> Board:
    with transaction.atomic():
        found = board()
        for name, value in {**changes, "changed": at, "changed_by": str(by)}.items():
            setattr(found, name, value)
        found.save()
        return found


@patient
def suggest(*, title: str, text: str, owner: Owner, tell: bool, at: datetime, shown_as: str = "") -> Suggestion:
    """A customer suggests something, and so votes for it. It is shown at once only where the owner wishes that; of
    somebody whom we do not answer it is kept, and nobody is shown it."""
    with transaction.atomic():
        present = hold(contacts=[owner.contact]).present[owner.contact]
        standing = Standing.SHOWN if board().at_once else Standing.WAITING
        made = Suggestion.objects.create(
            title=words.title_of(title),
            words=words.words_of(text),
            contact_id=present,
            recorded_for_id=owner.recorded_for,
            shown_as=words.name_of(shown_as),
            standing=Standing.REFUSED if is_blocked(present) else standing,
            at=at,
            changed=at,
        )
        _made(made, Owner(present, owner.recorded_for), tell, at)
        return made


@patient
def put(
    *,
    title: str,
    text: str,
    by: str,
    at: datetime,
    owner: Owner | None = None,
    original: str = "",
    source: tuple[str, str] = ("staff", ""),
) -> Suggestion:
    """A colleague puts something on the board: what a customer said to us and may be shown, or what many say. What came
    from one source stands there once; the second time gives what is there."""
    with transaction.atomic():
        present = hold(contacts=[owner.contact]).present[owner.contact] if owner else None
        kind, id = source
        if id and (known := Suggestion.objects.filter(source_kind=kind, source_id=id).first()):
            return known
        title, text = words.title_of(title), words.words_of(text)
        made = Suggestion.objects.create(
            title=title,
            words=text,
            original=original if original not in (title, text) else "",
            contact_id=present,
            recorded_for_id=owner.recorded_for if owner else None,
            standing=Standing.SHOWN,
            source_kind=kind,
            source_id=id,
            at=at,
            changed=at,
            changed_by=by,
        )
        if owner and present:
            _made(made, Owner(present, owner.recorded_for), False, at)
        live.publish(STREAM, {"suggestion": made.uid})
        return made


def _made(suggestion: Suggestion, owner: Owner, tell: bool, at: datetime) -> None:
    Vote.objects.create(
        suggestion=suggestion, contact_id=owner.contact, recorded_for_id=owner.recorded_for, tell=tell, at=at
    )
    recount([suggestion.pk])
    suggestion.votes = 1
    _tell(MADE, suggestion, owner, at, "made")
    live.publish(STREAM, {"suggestion": suggestion.uid})


@patient
def vote(*, suggestion: Suggestion, owner: Owner, tell: bool, at: datetime) -> bool:
    """They want this too; False if they said so before, or we do not answer them. Of many at once by one person the
    first counts, and the rest wait for nobody. With `tell` they are told from now on, also where they voted before."""
    if _again(suggestion.pk, owner.contact, tell):
        return False
    with transaction.atomic():
        present = hold(contacts=[owner.contact]).present[owner.contact]
        into = root(suggestion.pk)
        lock([into])
        if _again(into, present, tell) or is_blocked(present):
            return False
        made = Vote(suggestion_id=into, contact_id=present, recorded_for_id=owner.recorded_for, tell=tell, at=at)
        Vote.objects.bulk_create([made], ignore_conflicts=True)
        recount([into])
        _tell(VOTED, Suggestion.objects.get(pk=into), Owner(present, owner.recorded_for), at, f"voted:{at.isoformat()}")
        live.publish(STREAM, {"suggestion": suggestion.uid})
        return True


@patient
def take_back(*, suggestion: Suggestion, contact: int) -> bool:
    """Their vote is gone, wherever in what became one it lies; False if there was none."""
    with transaction.atomic():
        present = hold(contacts=[contact]).present[contact]
        of = family(root(suggestion.pk))
        lock(of)
        gone, _each = Vote.objects.filter(suggestion__in=of, contact=present).delete()
        recount(of)
        live.publish(STREAM, {"suggestion": suggestion.uid})
        return bool(gone)


def tell_no_more(*, suggestion: Suggestion, contact: int) -> None:
    """They do not want to hear of this one any longer; their vote stays."""
    Vote.objects.filter(suggestion__in=family(root(suggestion.pk)), contact=contact).update(tell=False)


def leave_name_out(*, uid: UUID, contact: int) -> None:
    """A suggestion of theirs shows no name any longer."""
    Suggestion.objects.filter(uid=uid, contact=contact).update(shown_as="")


def _again(suggestion: int, contact: int, tell: bool) -> bool:
    before = Vote.objects.filter(suggestion__in=family(root(suggestion)), contact=contact)
    found = list(before.values_list("pk", "tell"))
    if found and tell and not any(told for _pk, told in found):
        before.filter(pk=found[0][0]).update(tell=True)
    return bool(found)


def _tell(name: str, suggestion: Suggestion, owner: Owner, at: datetime, occasion: str) -> None:
    """The fact for triggers and rules. Its words are the author's, who may be erased: it names the suggestion only."""
    fact = Fact(
        contact=owner.contact,
        recorded_for=owner.recorded_for,
        name=name,
        at=at,
        message_id=f"board:{suggestion.uid}:{owner.recorded_for}:{occasion}",
        properties={"suggestion": str(suggestion.uid), "state": suggestion.state},
    )
    derive([fact], cause=f"board:{suggestion.uid}")
