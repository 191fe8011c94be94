"""What everybody sees of the entries: in an order of the day, which favours nobody, and after the end by place."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import MD5, Cast, Concat
from django.utils import timezone

from campaigns.contests.models import Contest, Entry, Small
from campaigns.contests.queries import entries
from campaigns.surveys.models import Photo
from crm.business.queries import business
from engage.lib.local_time import zone_of

SIZE = 24
MOST_PAGES = 1000
MOST_WINNERS = 20


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Entry]
    number: int
    more: bool


def shown(contest: Contest) -> QuerySet[Entry]:
    return entries(contest).filter(standing=Entry.Standing.SHOWN)


def page(contest: Contest, number: int, at: datetime, *, size: int = SIZE) -> Page:
    """Two queries: which ones, without anything beside them; then those."""
    first = (max(1, min(number, MOST_PAGES)) - 1) * size
    among = Entry.objects.filter(contest=contest, standing=Entry.Standing.SHOWN)
    keys = list(shuffled(among, day_of(at)).values_list("pk", flat=True)[first : first + size + 1])
    found = shown(contest).in_bulk(keys[:size])
    return Page([found[key] for key in keys[:size] if key in found], first // size + 1, len(keys) > size)


def shuffled(found: QuerySet[Entry], day: date) -> QuerySet[Entry]:
    """The same for everybody all day, and another the next."""
    key = MD5(Concat(Cast(F("uid"), TextField()), Value(day.isoformat())))
    return found.order_by(key, "id")


def winners(contest: Contest) -> list[Entry]:
    """Once it has ended, the first ones by place. One query."""
    if not contest.ended:
        return []
    return list(shown(contest).exclude(place=None).order_by("place", "id")[:MOST_WINNERS])


def day_of(at: datetime) -> date:
    return timezone.localtime(at, zone_of(business().timezone)).date()


def one(contest: Contest, uid: UUID) -> Entry | None:
    """Whatever its standing. One query."""
    return entries(contest).filter(uid=uid).first()


def picture(key: str, photo: UUID, *, small: bool) -> tuple[bytes, str] | None:
    """Of an entry that is shown, its bytes and their kind. One query."""
    public = {"contest__survey__key": key, "photo__uid": photo, "standing": Entry.Standing.SHOWN}
    entry = Entry.objects.filter(**public).values_list("pk", "photo")
    model, where = (Small, {"entry__in": entry.values("pk")}) if small else (Photo, {"pk__in": entry.values("photo")})
    found = model.objects.filter(**where).values_list("data", "kind").first()
    return (bytes(found[0]), found[1]) if found else None
