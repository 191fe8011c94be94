"""News of a suggestion, to whoever ticked that they want it: through the ledger, each person once for each change.

It is a notice that they asked for (transactional): the tick is the permission, for this suggestion alone, and a link in
each ends it. Whoever stopped everything we write by ourselves gets none.
"""

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.board import words
from campaigns.board.counting import family
from campaigns.board.models import Change, Suggestion, Vote
from campaigns.board.queries import board
from crm.business.queries import business
from crm.contacts.models import Pause
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from crm.dialogue.queries import STOPS
from engage.lib import tokens
from engage.lib.spoken import speak

STOP = "board-stop"


def to_tell(suggestion: Suggestion) -> list[Vote]:
    """A vote of each who wants to hear of it and may be written to, with the person. Three queries."""
    wanted = Vote.objects.filter(suggestion__in=family(suggestion.pk), tell=True, contact__erased=None)
    stopped = Pause.objects.filter(contact__in=wanted.values("contact"), lifted=None, until=None).values("contact")
    first = wanted.exclude(contact__in=stopped).order_by("contact", "id").distinct("contact")
    return list(first.select_related("contact"))


def tell_of(change: Change, *, at: datetime) -> int:
    """How many are told. A constant number of statements for each language."""
    by_language: dict[str, list[Vote]] = defaultdict(list)
    votes, standing = to_tell(change.suggestion), board()
    for vote in votes:
        by_language[vote.contact.language].append(vote)
    for language, theirs in by_language.items():
        with speak(language, business().language):
            called = words.state_text(standing, change.state)
            queue([_news(change, vote, at, called) for vote in theirs], at=at)
    return len(votes)


def stop_path(vote: Vote) -> str:
    return reverse("board_stop", args=[tokens.sign(STOP, vote.pk)])


def read_stop(token: str) -> Vote | None:
    """Whose link it is, as long as the vote is there. One query."""
    try:
        (pk,) = tokens.read(STOP, token)
    except ValueError:
        return None
    return Vote.objects.select_related("suggestion", "contact").filter(pk=pk).first()


def written(suggestion: Suggestion, *, called: str, answer: str, by: str, stop: str) -> tuple[str, str]:
    """The subject and the text of its news, in the language that is active."""
    said = {
        "title": suggestion.title,
        "state": called,
        "answer": f"\n{answer}\n{by}\n" if answer else "",
        "url": settings.PUBLIC_URL + reverse("public_suggestion", args=[suggestion.uid]),
        "stop": stop,
    }
    text = _(
        "You asked us to write when something comes of this:\n\n%(title)s\n\nIt stands at: %(state)s\n%(answer)s\n"
        "See it: %(url)s\n\nNo more news of this one: %(stop)s"
    )
    return _("%(state)s: %(title)s") % said, text % said


def _news(change: Change, vote: Vote, at: datetime, called: str) -> Draft:
    one, stop = change.suggestion, settings.PUBLIC_URL + stop_path(vote)
    subject, text = written(one, called=called, answer=change.answer, by=change.by, stop=stop)
    return Draft(
        contact=vote.contact_id,
        recorded_for=vote.recorded_for_id,
        klass=Message.Class.TRANSACTIONAL,
        lane=Message.Lane.BULK,
        origin=f"board:{one.uid}",
        occurrence=str(change.uid),
        subject=subject,
        text=text,
        variables={STOPS: stop},
        due=at,
    )
