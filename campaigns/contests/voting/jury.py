"""Who judges, and what they gave: 1 to 10 for each criterion of each entry, changed until the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import MD5, Cast, Concat
from django.urls import reverse

from campaigns.contests.gallery import shown
from campaigns.contests.locking import stay_open
from campaigns.contests.models import Contest, Entry, Juror, Score
from campaigns.contests.stages import may_be_voted_on
from campaigns.contests.voting.votes import STREAM
from crm.business.models import User
from engage.lib import ids, live, plain, sql, tokens

PURPOSE = "contest-juror"
LEAST, MOST = 1, 10
MOST_JURORS = 50
LONGEST_NAME = 120
OWN = """EXISTS (
    SELECT FROM crm_contacts_identity AS i JOIN crm_business_user AS u ON lower(u.email) = i.value
    WHERE i.contact_id = e.contact_id AND i.kind = 'email' AND i.proof <> '' AND u.id = j.user_id)
"""
"""The entry is the juror's own: a colleague's, by their address."""
_PROGRESS = f"""
    SELECT j.id, count(e.id), count(e.id) FILTER (WHERE (
        SELECT count(*) FROM campaigns_contests_score AS s
        WHERE s.juror_id = j.id AND s.entry_id = e.id AND s.criterion = ANY(%(criteria)s)) = %(n)s)
    FROM campaigns_contests_juror AS j
    LEFT JOIN campaigns_contests_entry AS e ON e.contest_id = j.contest_id AND e.standing = 'shown' AND NOT {OWN}
    WHERE j.contest_id = %(contest)s GROUP BY j.id
"""  # noqa: S608 a statement of ours

_UNJUDGED = _PROGRESS.replace("SELECT j.id, count(e.id)", "SELECT e.id, count(j.id)").replace(
    "GROUP BY j.id", "AND j.left IS NULL AND e.id IS NOT NULL GROUP BY e.id"
)


class FullJury(ValueError):
    """There are as many jurors as there can be."""


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    of: int

    @property
    def is_finished(self) -> bool:
        return self.of > 0 and self.done == self.of


def appoint(*, contest: Contest, name: str = "", user: User | None = None, at: datetime) -> Juror | None:
    """A colleague, once, who is had back where they were taken off; or a guest by name. None without any name. Raises
    FullJury."""
    with transaction.atomic():
        Contest.objects.select_for_update(of=["self"]).get(pk=contest.pk)
        before = Juror.objects.filter(contest=contest, user=user).first() if user else None
        called = (str(user) if user else plain.line(name).strip())[:LONGEST_NAME]
        if not called:
            return None
        if (before is None or before.left) and Juror.objects.filter(contest=contest, left=None).count() >= MOST_JURORS:
            raise FullJury
        if before:
            restore(juror=before)
            return before
        live.publish(STREAM, {"contest": contest.uid})
        return Juror.objects.create(contest=contest, user=user, name=called, at=at)


def dismiss(*, juror: Juror, at: datetime) -> None:
    """Their link shows nothing any more, and what they gave does not count; until they are had back."""
    Juror.objects.filter(pk=juror.pk, left=None).update(left=at)
    live.publish(STREAM, {"contest": juror.contest.uid})


def restore(*, juror: Juror) -> None:
    Juror.objects.filter(pk=juror.pk).update(left=None)
    live.publish(STREAM, {"contest": juror.contest.uid})


def score(*, juror: Juror, entry: Entry, points: Mapping[str, int], at: datetime) -> bool:
    """By criterion; what was given before is replaced. False where it is not taken: judging is over, the entry is not
    shown or their own, or they were taken off. Points are 1 to 10, and of criteria that there are."""
    with transaction.atomic():
        stay_open(juror.contest_id)
        locked = Juror.objects.select_for_update(of=["self"]).select_related("contest__survey")
        fresh = locked.filter(pk=juror.pk, left=None).first()
        if fresh is None or not is_open(fresh.contest, at) or not to_judge(fresh).filter(pk=entry.pk).exists():
            return False
        known = {one["id"] for one in fresh.contest.criteria}
        if not points.keys() <= known or not all(LEAST <= given <= MOST for given in points.values()):
            return False
        made = [Score(juror=fresh, entry=entry, criterion=one, points=given, at=at) for one, given in points.items()]
        Score.objects.bulk_create(
            made,
            update_conflicts=True,
            unique_fields=["juror", "entry", "criterion"],
            update_fields=["points", "at"],
        )
        live.publish(STREAM, {"contest": fresh.contest.uid})
        return True


def is_open(contest: Contest, at: datetime) -> bool:
    return contest.by == Contest.By.JURY and may_be_voted_on(contest, at)


def to_judge(juror: Juror) -> QuerySet[Entry]:
    """All that are shown but their own, in an order of this juror's own."""
    found = shown(juror.contest)
    if juror.user_id and juror.user:
        found = found.exclude(contact__in=_known_by(juror.user.email))
    key = MD5(Concat(Cast(F("uid"), TextField()), Value(str(juror.uid))))
    return found.order_by(key, "id")


def given(juror: Juror) -> dict[int, dict[str, int]]:
    """{entry: {criterion: points}}. One query."""
    found: dict[int, dict[str, int]] = {}
    for entry, criterion, points in Score.objects.filter(juror=juror).values_list("entry", "criterion", "points"):
        found.setdefault(entry, {})[criterion] = points
    return found


def is_whole(contest: Contest, points: Mapping[str, int]) -> bool:
    """Whether each criterion has its points."""
    return all(one["id"] in points for one in contest.criteria)


def progress(contest: Contest) -> dict[int, Progress]:
    """By juror. One query."""
    criteria = [one["id"] for one in contest.criteria]
    params = {"contest": contest.pk, "criteria": criteria, "n": len(criteria)}
    return {juror: Progress(done, of) for juror, of, done in sql.rows(_PROGRESS, params)}


def unjudged(contest: Contest) -> list[tuple[Entry, int, int]]:
    """Entries that not everybody judged who is to: with how many did, of how many. Three queries."""
    criteria = [one["id"] for one in contest.criteria]
    params = {"contest": contest.pk, "criteria": criteria, "n": len(criteria)}
    found = {entry: (done, of) for entry, of, done in sql.rows(_UNJUDGED, params) if done < of}
    entries = shown(contest).in_bulk(found)
    return [(entries[pk], *found[pk]) for pk in sorted(found) if pk in entries]


def jury_url(juror: Juror) -> str:
    """The link that is all a juror needs."""
    return settings.PUBLIC_URL + jury_path(juror)


def jury_path(juror: Juror) -> str:
    return reverse("contest_jury", args=[tokens.sign(PURPOSE, str(juror.uid))])


def read(token: str) -> Juror | None:
    """Who judges by this link; nobody who was taken off, nor a colleague who is with us no more. One query."""
    try:
        (uid,) = tokens.read_parts(PURPOSE, token, 1)
    except ValueError:
        return None
    found = Juror.objects.select_related("contest__survey__current__survey", "user").filter(left=None)
    juror = found.filter(uid=uid).first() if ids.is_uid(uid) else None
    return None if juror and juror.user and not juror.user.is_active else juror


def _known_by(address: str) -> list[int]:
    query = "SELECT contact_id FROM crm_contacts_identity WHERE kind = 'email' AND value = lower(%s) AND proof <> ''"
    return [row[0] for row in sql.rows(query, [address])]
