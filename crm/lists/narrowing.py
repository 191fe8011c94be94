"""Narrowing the list of everybody: each filter is a choice in the page's address, and a sentence above the list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils.translation import gettext as _

from crm import rules
from crm.contacts.models import Company, Consent, Contact, Import, Imported, Origin, Pause, Topic
from crm.contacts.origins import Came
from crm.contacts.origins import words as origin_words
from crm.contacts.queries import first_from, where_people_come_from
from crm.preferences.models import Preference, PreferenceKey
from crm.preferences.queries import keys_for
from crm.segments import asking
from crm.segments.models import Segment
from crm.segments.seeing import hidden_names, seen_by

type Found = QuerySet[Contact]
type Choices = list[tuple[str, str]]

LONGEST = 200
DAYS = (7, 30, 90, 365)
MOST_COMPANIES = 200
MOST_ORIGINS = 50
MOST_FILES = 20
ANSWERS = ("yes", "no", "never")


class NoSuchChoice(ValueError):
    """What the address asks for does not exist."""


@dataclass(frozen=True)
class Applied:
    """A filter as it stands: in words, and what it does to the list."""

    key: str
    value: str
    words: str
    narrow: Callable[[Found], Found]


@dataclass(frozen=True)
class Filter:
    """One question about people. `read` says what a choice means, or raises NoSuchChoice."""

    key: str
    label: Callable[[], str]
    choices: Callable[[str], Choices]
    """What a colleague of this role can choose, as (value, words); nothing where it is written instead."""
    read: Callable[[str, datetime], tuple[str, Callable[[Found], Found]]]
    allowed: Callable[[str, str], bool] = lambda _value, _role: True
    """Whether a colleague of this role may ask so."""


def applied(query: Mapping[str, str], at: datetime, role: str) -> list[Applied]:
    """The filters that an address sets, in our order. Raises NoSuchChoice, also where this role may not ask so."""
    found = []
    for one in FILTERS:
        value = query.get(one.key, "").replace("\x00", "")[:LONGEST]
        if value:
            words, narrow = one.read(value, at)
            if not one.allowed(value, role):
                raise NoSuchChoice
            found.append(Applied(one.key, value, words, narrow))
    return found


def filters_or_404(query: Mapping[str, str], at: datetime, role: str) -> list[Applied]:
    """The same for a page: a choice that does not exist is a page that does not."""
    try:
        return applied(query, at, role)
    except NoSuchChoice:
        raise Http404 from None


def seen_range(filters: Iterable[Applied], at: datetime) -> Q:
    """What they say of people who were seen at all: where a list in that order begins and ends."""
    within = Q()
    for one in filters:
        if one.key == "quiet":
            within &= Q(sorting__lt=at - timedelta(days=_days(one.value)))
        elif one.key == "seen":
            within &= Q(sorting__gte=at - timedelta(days=_days(one.value)))
    return within


def _group(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    group = _by_uid(Segment.objects.all(), value)
    condition, values = asking.where(rules.parse(group.rule), at=at)
    members = RawSQL(f"SELECT c.id FROM crm_contacts_contact c WHERE {condition}", values)  # noqa: S608, S611 compiled
    return _("In the group “%(name)s”") % {"name": group.name}, lambda found: found.filter(pk__in=members)


def _permission(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    key, _colon, answer = value.partition(":")
    topic = Topic.objects.filter(key=key).first()
    if topic is None or answer not in ANSWERS:
        raise NoSuchChoice
    said = Consent.objects.filter(contact=OuterRef("pk"), channel="email", topic=topic).order_by("-at", "-id")
    latest = Subquery(said.values("state")[:1])
    state = {"yes": Consent.State.GRANTED, "no": Consent.State.WITHDRAWN}.get(answer)
    return _permission_words(topic.label, answer), lambda found: found.alias(latest=latest).filter(latest=state)


def _permission_words(topic: str, answer: str) -> str:
    words = {
        "yes": _("We may write about %(topic)s"),
        "no": _("They do not want %(topic)s"),
        "never": _("Never asked about %(topic)s"),
    }
    return words[answer] % {"topic": topic}


def _language(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    names = dict(_languages())
    return _("Language: %(name)s") % {"name": names.get(value, value)}, lambda found: found.filter(language=value)


def _country(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    country = value.upper()
    return _("Country: %(name)s") % {"name": country}, lambda found: found.filter(country=country)


def _company(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    company = _by_uid(Company.objects.all(), value)
    return _("Company: %(name)s") % {"name": company.name}, lambda found: found.filter(company=company)


def _from(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    """A kind of origin, or kind:source."""
    kind, _colon, source = value.partition(":")
    if kind not in Origin.Kind.values:
        raise NoSuchChoice
    name = origin_words(Came(kind, source))
    firsts = first_from(kind, source).values("contact")
    return _("First came from %(name)s") % {"name": name}, lambda found: found.filter(pk__in=firsts)


def _origins(_role: str) -> Choices:
    return [
        (f"{one.kind}:{one.source}" if one.source else one.kind, origin_words(Came(one.kind, one.source)))
        for one in where_people_come_from(MOST_ORIGINS)
    ]


def _file(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    """An import: everybody it wrote something about."""
    job = _by_uid(Import.objects.all(), value)
    rows = Imported.objects.filter(of=job).values("contact")
    return _("Came with the file “%(name)s”") % {"name": job.name}, lambda found: found.filter(pk__in=rows)


def _files(_role: str) -> Choices:
    done = Import.objects.filter(state=Import.State.DONE).order_by("-pk")[:MOST_FILES]
    return [(str(job.uid), job.name) for job in done]


def _seen(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    days = _days(value)
    since = at - timedelta(days=days)
    return _("Seen in the last %(n)d days") % {"n": days}, lambda found: found.filter(last_seen__gte=since)


def _quiet(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    days = _days(value)
    quiet = Q(last_seen__lt=at - timedelta(days=days)) | Q(last_seen=None)
    return _("Not seen for %(n)d days") % {"n": days}, lambda found: found.filter(quiet)


def _told(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    """`1`, or the key of what they told us, or key:value."""
    active = Preference.objects.filter(contact=OuterRef("pk"), state=Preference.State.ACTIVE)
    if value == "1":
        stated = Exists(active.filter(kind=Preference.Kind.STATED))
        return _("Has told us something"), lambda found: found.filter(stated)
    name, _colon, wanted = value.partition(":")
    key = PreferenceKey.objects.filter(key=name).first()
    if key is None:
        raise NoSuchChoice
    known = Preference.objects.filter(key=key, state=Preference.State.ACTIVE)
    if wanted:
        known = known.filter(value=wanted)
    words = f"{key.label}: {wanted}" if wanted else _("We know: %(key)s") % {"key": key.label}
    return words, lambda found: found.filter(pk__in=known.values("contact"))


def _may_ask_for(value: str, role: str) -> bool:
    """What this role may not see, it may not look for either."""
    key = value.partition(":")[0]
    return value == "1" or keys_for(role).filter(key=key).exists()


def _held(value: str, at: datetime) -> tuple[str, Callable[[Found], Found]]:
    """A pause ends by itself; who stopped waits until it is lifted."""
    standing = Pause.objects.filter(contact=OuterRef("pk"), lifted=None)
    if value == "paused":
        return _("Paused"), lambda found: found.filter(Exists(standing.filter(until__gt=at)))
    if value == "stopped":
        return _("Stopped"), lambda found: found.filter(Exists(standing.filter(until=None)))
    raise NoSuchChoice


def _by_uid[M: Segment | Company | Import](things: QuerySet[M], text: str) -> M:
    try:
        found = things.filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise NoSuchChoice
    return found


def _days(text: str) -> int:
    if text not in {str(days) for days in DAYS}:
        raise NoSuchChoice
    return int(text)


def _languages(_role: str = "") -> Choices:
    return [("en", _("English")), ("es", _("Spanish")), ("zh-hans", _("Chinese"))]


def _spans(_role: str) -> Choices:
    return [(str(days), _("%(n)d days") % {"n": days}) for days in DAYS]


def _permissions(_role: str) -> Choices:
    return [
        (f"{topic.key}:{answer}", _permission_words(topic.label, answer))
        for topic in Topic.objects.all()
        for answer in ANSWERS
    ]


def _groups(role: str) -> Choices:
    return [(str(group.uid), group.name) for group in seen_by(role)]


def _may_see_group(value: str, role: str) -> bool:
    return value.lower() not in hidden_names(role)


def _companies(_role: str) -> Choices:
    return [(str(company.uid), company.name) for company in Company.objects.order_by("name")[:MOST_COMPANIES]]


def _keys(role: str) -> Choices:
    return [("1", _("Something they told us")), *((key.key, key.label) for key in keys_for(role))]


FILTERS = (
    Filter("group", lambda: _("Group"), _groups, _group, _may_see_group),
    Filter("permission", lambda: _("Permission"), _permissions, _permission),
    Filter("language", lambda: _("Language"), _languages, _language),
    Filter("country", lambda: _("Country"), lambda _role: [], _country),
    Filter("company", lambda: _("Company"), _companies, _company),
    Filter("from", lambda: _("First came from"), _origins, _from),
    Filter("seen", lambda: _("Seen in the last"), _spans, _seen),
    Filter("quiet", lambda: _("Not seen for"), _spans, _quiet),
    Filter("told", lambda: _("We know"), _keys, _told, _may_ask_for),
    Filter("file", lambda: _("Came with the file"), _files, _file),
    Filter("held", lambda: _("Held"), lambda _role: [("paused", _("Paused")), ("stopped", _("Stopped"))], _held),
)
