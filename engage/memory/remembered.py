"""What is remembered about one person, in words for that person."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.catalog.models import Order
from crm.contacts.models import Consent, Contact
from crm.preferences import recall
from crm.preferences.models import Preference, PreferenceKey
from engage.lib.dates import in_words
from engage.memory.switches import WAYS

_ORDERS = 50
HOW = {
    Consent.How.FORM: gettext_lazy("on a form"),
    Consent.How.DOUBLE_OPT_IN: gettext_lazy("by a mail you confirmed"),
    Consent.How.IMPORT: gettext_lazy("brought in from the shop's records"),
    Consent.How.STAFF: gettext_lazy("told to one of us"),
    Consent.How.LINK: gettext_lazy("by the link in a mail"),
    Consent.How.REPLY: gettext_lazy("by an answer to a message"),
    Consent.How.API: gettext_lazy("in the shop"),
}
SOURCES = {
    "survey": gettext_lazy("in the questions “%(label)s”"),
    "reply": gettext_lazy("in a mail to us"),
    "counter": gettext_lazy("at the counter"),
    "memory": gettext_lazy("on this page"),
    "import": gettext_lazy("in the shop's records"),
    "api": gettext_lazy("in the shop"),
    "staff": gettext_lazy("to one of us"),
    "rule": gettext_lazy("from what you bought or looked at"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing we know. `where` and `used` are sentences."""

    preference: Preference
    label: str
    value: str
    where: str
    used: str
    stale: bool


def sides(contact: Contact, at: datetime) -> dict[str, list[Item]]:
    """What is active: `told` by themselves, and `noticed` or guessed by us. One query."""
    found = Preference.objects.select_related("key").filter(contact=contact, state=Preference.State.ACTIVE)
    items = [_item(preference, at) for preference in found.order_by("-rank", "key__label", "id")]
    told = Preference.Kind.STATED
    return {
        "told": [item for item in items if item.preference.kind == told],
        "noticed": [item for item in items if item.preference.kind != told],
    }


def find(contact: Contact, uid: UUID) -> Preference | None:
    """One of theirs; None for anybody else's, and for what is gone. One query."""
    found = Preference.objects.select_related("key").filter(contact=contact, state=Preference.State.ACTIVE)
    return found.filter(uid=uid).first()


def orders(contact: Contact) -> list[Order]:
    """The latest. Two queries."""
    return list(Order.objects.filter(contact=contact).prefetch_related("lines").order_by("-at", "-id")[:_ORDERS])


@dataclass(frozen=True, slots=True)
class PermissionLine:
    topic: str
    channel: str
    granted: bool
    at: datetime
    how: str


def permission_lines(contact: Contact) -> list[PermissionLine]:
    """Every statement about permission, latest first. One query."""
    said = Consent.objects.select_related("topic").filter(contact=contact).order_by("-at", "-id")
    return [
        PermissionLine(
            consent.topic.label,
            str(WAYS.get(consent.channel, consent.channel)),
            consent.state == Consent.State.GRANTED,
            consent.at,
            _how(consent),
        )
        for consent in said
    ]


def _how(consent: Consent) -> str:
    return str(HOW.get(Consent.How(consent.how), ""))


def _item(preference: Preference, at: datetime) -> Item:
    stale = not recall.fresh(preference, at=at)
    return Item(
        preference=preference,
        label=preference.key.label,
        value=_readable(preference),
        where=_where(preference),
        used=_used(preference, stale),
        stale=stale,
    )


def months(at: datetime) -> list[date]:
    """The first days of the next twelve months, on the shop's clock."""
    first = timezone.localdate(at).replace(day=1)
    return [_month_after(first, number) for number in range(1, 13)]


def month_named(text: str, at: datetime) -> date | None:
    """One of `months`, as the form names it; None for anything else."""
    return next((month for month in months(at) if month.isoformat() == text), None)


def _month_after(first: date, number: int) -> date:
    years, month = divmod(first.month - 1 + number, 12)
    return date(first.year + years, month + 1, 1)


def expected(key: PreferenceKey) -> str:
    """What an answer under this key looks like."""
    match PreferenceKey.Type(key.type):
        case PreferenceKey.Type.NUMBER:
            return _("Write a number, such as 38.")
        case PreferenceKey.Type.DATE:
            return _("Write a date, such as 2026-06-01.")
        case PreferenceKey.Type.BOOLEAN:
            return _("Write yes or no.")
        case PreferenceKey.Type.CHOICE:
            return _("Choose one of these: %(choices)s.") % {"choices": ", ".join(key.choices)}
        case _:
            return _("Write what is right.")


def _readable(preference: Preference) -> str:
    words = {"yes": _("yes"), "no": _("no")}
    return words.get(preference.value, preference.value)


def _where(preference: Preference) -> str:
    source = SOURCES.get(preference.source_kind)
    return str(source) % {"label": preference.source_label} if source else preference.source_label


def _used(preference: Preference, stale: bool) -> str:
    return " ".join(filter(None, (_use(preference, stale), _when_asked(preference))))


def _when_asked(preference: Preference) -> str:
    if not preference.ask_again:
        return ""
    return _("We do not ask you again before %(month)s.") % {"month": in_words(preference.ask_again, "month")}


def _use(preference: Preference, stale: bool) -> str:
    if not preference.mention:
        return _("You asked us not to mention it. We do not.")
    if preference.kind == Preference.Kind.STATED and preference.key.may_be_cited and stale:
        return _("We choose by it what we write to you about, and do not mention it before you say it is still right.")
    if preference.kind == Preference.Kind.STATED and preference.key.may_be_cited:
        return _("We choose by it what we write to you about, and may mention it in a message.")
    if not preference.key.selects:
        return _("We keep it in mind when we talk with you. It chooses nothing, and we never mention it.")
    return _("We choose by it what we write to you about. We never mention it.")
