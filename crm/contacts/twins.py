"""Why two may be the same person, and which of these reasons a shop may let merge by itself.

Words for codes, and conditions in SQL on two contacts `a` and `b` with the proposal `p`; no table is known here.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "external": _("the same customer number"),
    "email": _("the same e-mail address"),
    "phone": _("the same phone"),
    "push": _("the same device"),
    "claimed_email": _("an e-mail address that one gave and the other has"),
    "claimed_phone": _("a phone that one gave and the other has"),
    "similar_email": _("e-mail addresses that differ by dots or plus"),
    "name_company": _("the same name and company"),
    "name_postcode": _("the same name and postcode"),
}

SAME_NAME = "a.name <> '' AND upper(a.name) = upper(b.name)"
POSTCODE = "replace(upper({0}.attributes ->> 'postcode'), ' ', '')"


@dataclass(frozen=True)
class Rule:
    """`holds` is asked anew when it merges, whatever the proposal said when it was made."""

    label: str | Promise
    holds: str


RULES: dict[str, Rule] = {
    "email": Rule(_("The same e-mail address, said by your shop's own server or a file"), "'email' = ANY(p.reasons)"),
    "phone_name": Rule(
        _("The same phone, said by your shop's own server or a file, and the same name"),
        f"'phone' = ANY(p.reasons) AND {SAME_NAME}",
    ),
    "name_postcode": Rule(
        _("The same name and postcode"),
        f"{SAME_NAME} AND a.attributes ->> 'postcode' <> '' AND {POSTCODE.format('a')} = {POSTCODE.format('b')}",
    ),
    "name_company": Rule(_("The same name and company"), f"{SAME_NAME} AND a.company_id = b.company_id"),
}

_KNOWN = "i.kind IN ('external', 'email', 'phone') AND i.proof <> ''"
_BOTH = "(a.id, b.id)"

NOTHING_SPEAKS_AGAINST = f"""
    a.merged_into_id IS NULL AND b.merged_into_id IS NULL AND a.erased IS NULL AND b.erased IS NULL
    AND NOT EXISTS (
        SELECT FROM crm_contacts_identity i JOIN crm_contacts_identity o ON o.kind = i.kind AND o.proof <> ''
        WHERE i.contact_id = a.id AND o.contact_id = b.id AND {_KNOWN})
    AND NOT EXISTS (SELECT FROM crm_contacts_identity i WHERE i.contact_id IN {_BOTH} AND i.proof = '')
    AND NOT EXISTS (
        SELECT FROM (VALUES (a.id), (b.id)) AS one(id)
        WHERE EXISTS (SELECT FROM crm_contacts_identity i WHERE i.contact_id = one.id AND i.kind = 'anonymous')
        AND NOT EXISTS (SELECT FROM crm_contacts_identity i WHERE i.contact_id = one.id AND {_KNOWN}))
    AND NOT EXISTS (
        SELECT FROM crm_contacts_merge m
        WHERE m.survivor_id IN {_BOTH} AND m.absorbed_id IN {_BOTH} AND m.undone IS NOT NULL)
"""  # noqa: S608 ours
"""Two known people never merge by themselves. Who differs from the other by a customer number, an address or a phone
that somebody vouched for, has claimed anything, or is only a device of which nobody vouched, waits for a colleague; so
does a pair that a colleague made two again."""
