"""Which column of a file is what: recognised from its name, or said by the owner."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.contacts.imports.csv_file import NotATable

FIELDS = (
    "email",
    "phone",
    "external_id",
    "name",
    "first_name",
    "last_name",
    "language",
    "country",
    "timezone",
    "company",
    "consent_at",
    "consent_ip",
)
SKIP = "-"
MOST_ATTRIBUTES = 200
NAMES = {
    "email": "email,e-mail,email address,e-mail address,mail,correo,correo electrónico,邮箱,电子邮件",
    "phone": "phone,phone number,mobile,mobile phone,telephone,tel,teléfono,móvil,电话,手机",
    "external_id": "external id,customer id,customer number,customer no,user id,userid,id de cliente,客户编号",
    "name": "name,full name,nombre completo,姓名",
    "first_name": "first name,firstname,given name,nombre,名",
    "last_name": "last name,lastname,surname,family name,apellido,apellidos,姓",
    "language": "language,lang,locale,preferred language,idioma,语言",
    "country": "country,country code,cc,país,国家",
    "timezone": "timezone,time zone,zona horaria,时区",
    "company": "company,company name,organisation,organization,empresa,公司",
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
        {"record id": "hubspot_record_id"},
        frozenset({"contact owner", "last activity date", "last contacted"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a row; everything else becomes an attribute, by its key."""

    shape: str
    fields: Mapping[str, int]
    attributes: Mapping[str, int]
    skipped: tuple[str, ...]

    def value(self, values: list[str], field: str) -> str:
        """The trimmed value of a field, '' where the file has none."""
        place = self.fields.get(field)
        return "" if place is None else values[place].strip()


def recognise(header: list[str], said: Mapping[str, str]) -> Columns:
    """`said` maps a column's name to a field, to `-` (leave it out) or to the key of an attribute.

    Raises NotATable if `said` names a column that is not there, if no column recognises a person, or if there are
    too many.
    """
    shape = shape_of(header)
    fields: dict[str, int] = {}
    attributes: dict[str, int] = {}
    skipped = []
    unknown = set(said) - set(header)
    if unknown:
        raise NotATable(_("The file has no column %(names)s.") % {"names": ", ".join(sorted(unknown))})
    for place, title in enumerate(header):
        meaning = said.get(title) or meaning_of(title, shape)
        if meaning == SKIP or not meaning:
            skipped.append(title)
        elif meaning in FIELDS and meaning not in fields:
            fields[meaning] = place
        else:
            attributes[_free(meaning if meaning not in FIELDS else key_of(title), attributes)] = place
    _check(header, fields, attributes)
    return Columns(shape.name if shape else "", fields, attributes, tuple(skipped))


def shape_of(header: Iterable[str]) -> Shape | None:
    names = {plain(title) for title in header}
    return next((shape for shape in SHAPES if shape.marks <= names), None)


def meaning_of(title: str, shape: Shape | None) -> str:
    """A field, SKIP, or the key of an attribute."""
    name = plain(title)
    if shape and name in shape.skipped:
        return SKIP
    if shape and name in shape.columns:
        return shape.columns[name]
    return RECOGNISED.get(name) or key_of(title)


def plain(title: str) -> str:
    """`First_Name ` and `first name` are the same title."""
    return re.sub(r"[\s_]+", " ", title).strip().lower()


def key_of(title: str) -> str:
    """The key of an attribute: `Lead Status` → `lead_status`; at most 60 characters."""
    return re.sub(r"\W+", "_", title.lower()).strip("_")[:60]


def _free(key: str, taken: Mapping[str, int]) -> str:
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key}_{number}"
    return free


def _check(header: list[str], fields: Mapping[str, int], attributes: Mapping[str, int]) -> None:
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
