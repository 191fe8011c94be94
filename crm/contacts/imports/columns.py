"""Which column of a file is what: recognised from its name, or said by the owner.

A meaning is one of FIELDS, `-` (left out), or `=key`: something to remember under that key.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.imports.encoding import NotATable

FIELDS = {
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "external_id": gettext_lazy("Customer number"),
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "language": gettext_lazy("Language"),
    "country": gettext_lazy("Country"),
    "timezone": gettext_lazy("Time zone"),
    "company": gettext_lazy("Company"),
    "permission": gettext_lazy("Permission: yes or no"),
    "consent_at": gettext_lazy("Permission: since when"),
    "consent_ip": gettext_lazy("Permission: from which address on the net"),
    "unsubscribed": gettext_lazy("Unsubscribed: yes, or since when"),
}
"""What Engage itself knows of a person, as the owner reads it."""
SEVERAL = frozenset({"email", "phone"})
"""Fields of which a person may have more than one column."""
REMEMBER = "="
OURS = "» "
"""Titles of the columns that a list of rows not taken adds: left out when it comes back."""
SKIP = "-"
MOST_ATTRIBUTES = 200
NAMES = {
    "email": "email 2,email 3,e-mail 2,e-mail 3,e-mail 1 - value,e-mail 2 - value,additional email addresses,"
    "email,e-mail,email address,e-mail address,mail,correo,correo electrónico,邮箱,电子邮件",
    "phone": "phone 2,phone 3,phone 1 - value,phone 2 - value,mobile phone number,"
    "phone,phone number,mobile,mobile phone,telephone,tel,teléfono,móvil,电话,手机",
    "external_id": "external id,customer id,customer number,customer no,user id,userid,id de cliente,客户编号",
    "name": "name,full name,nombre completo,姓名",
    "first_name": "first name,firstname,given name,nombre,名",
    "last_name": "last name,lastname,surname,family name,apellido,apellidos,姓",
    "language": "language,lang,locale,preferred language,idioma,语言",
    "country": "country,country code,cc,país,国家",
    "timezone": "timezone,time zone,zona horaria,时区",
    "company": "company,company name,organisation,organization,empresa,公司",
    "permission": "permission,email permission,permission status,opt-in,opt in,marketing consent,accepts marketing,"
    "accepts email marketing,email marketing consent,subscribed,newsletter,permiso",
    "unsubscribed": "unsubscribed,unsubscribed from all email,opted out of all email,unsub time,clean time,opt-out,"
    "opt out,opted out,do not email,do not contact",
    "consent_at": "consent at,consent_at,consent date,permission since,permission date,opt-in date,subscribed at",
}
RECOGNISED = {name: field for field, names in NAMES.items() for name in names.split(",")}


@dataclass(frozen=True, slots=True)
class Shape:
    """An export of a known program: names that give it away, what some columns mean, and what is of no use here."""

    name: str
    marks: frozenset[str]
    columns: Mapping[str, str]
    skipped: frozenset[str] = frozenset()


SHAPES = (
    Shape(
        "Mailchimp",
        frozenset({"email address", "euid", "leid"}),
        {"confirm time": "consent_at", "confirm ip": "consent_ip"},
        frozenset(
            {"leid", "euid", "gmtoff", "dstoff", "latitude", "longitude", "optin time", "optin ip", "last changed"}
        ),
    ),
    Shape(
        "HubSpot",
        frozenset({"record id", "lifecycle stage"}),
        {"record id": "=hubspot_record_id"},
        frozenset({"contact owner", "last activity date", "last contacted"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a row, and each key to remember."""

    fields: Mapping[str, tuple[int, ...]]
    attributes: Mapping[str, int]
    skipped: tuple[str, ...]

    def value(self, values: list[str], field: str) -> str:
        """The first trimmed value of a field that is not empty, '' where there is none."""
        return next(self.every(values, field), "")

    def every(self, values: list[str], field: str) -> Iterator[str]:
        return (text for place in self.fields.get(field, ()) if (text := values[place].strip()))


def recognise(header: Sequence[str], said: Mapping[str, str] | None = None) -> list[str]:
    """The meaning of each column. `said` knows better for some titles; a word that is no field is a key.

    A field that only one column can be goes to the first; others of the name become keys. Raises NotATable if `said`
    names a column that is not there.
    """
    said = said or {}
    shape = shape_of(header)
    if unknown := set(said) - set(header):
        raise NotATable(_("The file has no column %(names)s.") % {"names": ", ".join(sorted(unknown))})
    taken: set[str] = set()
    return [_free(_meaning(title, said.get(title, ""), shape), title, taken) for title in header]


def lay_out(header: Sequence[str], meanings: Sequence[str]) -> Columns:
    """Raises NotATable if no column recognises a person, or if there are too many."""
    fields: dict[str, tuple[int, ...]] = {}
    attributes: dict[str, int] = {}
    skipped = []
    for place, (title, meaning) in enumerate(zip(header, meanings, strict=True)):
        if meaning in FIELDS:
            fields[meaning] = (*fields.get(meaning, ()), place)
        elif meaning.startswith(REMEMBER):
            attributes[meaning.removeprefix(REMEMBER)] = place
        else:
            skipped.append(title)
    _check(header, fields, attributes)
    return Columns(fields, attributes, tuple(skipped))


def shape_of(header: Iterable[str]) -> Shape | None:
    names = {plain(title) for title in header}
    return next((shape for shape in SHAPES if shape.marks <= names), None)


def _meaning(title: str, said: str, shape: Shape | None) -> str:
    if said:
        return said if said in FIELDS or said == SKIP else REMEMBER + said
    name = plain(title)
    if not name or title.startswith(OURS) or (shape and name in shape.skipped):
        return SKIP
    known = shape.columns.get(name) if shape else None
    return known or RECOGNISED.get(name) or REMEMBER + key_of(title)


def _free(meaning: str, title: str, taken: set[str]) -> str:
    """The meaning, or a key of its own where another column has it already."""
    if meaning == SKIP or meaning in SEVERAL:
        return meaning
    if meaning in FIELDS and meaning in taken:
        meaning = REMEMBER + key_of(title)
    if meaning == REMEMBER:
        return SKIP
    number, free = 1, meaning
    while free in taken:
        number += 1
        free = f"{meaning}_{number}"
    taken.add(free)
    return free


def plain(title: str) -> str:
    """`First_Name ` and `first name` are the same title."""
    return re.sub(r"[\s_]+", " ", title).strip().lower()


def key_of(title: str) -> str:
    """The key of an attribute: `Lead Status` → `lead_status`; at most 60 characters."""
    return re.sub(r"\W+", "_", title.lower()).strip("_")[:60]


def _check(header: Sequence[str], fields: Mapping[str, object], attributes: Mapping[str, int]) -> None:
    if not fields.keys() & {"email", "phone", "external_id"}:
        shown = ", ".join(header[:8])
        raise NotATable(
            _("No column holds an e-mail address, a phone number or a customer number. The first line is: %(names)s")
            % {"names": shown}
        )
    if len(attributes) > MOST_ATTRIBUTES:
        raise NotATable(
            _("The file has %(found)d columns beyond those we know; at most %(most)d can be taken. Leave some out.")
            % {"found": len(attributes), "most": MOST_ATTRIBUTES}
        )
