"""Who may be the same person: looked for as they come and, for all that changed, every night; never decided here."""

from django.db import transaction

from crm.contacts.actions.propose import RECORD
from crm.contacts.models import TwinsSought
from crm.contacts.twins import POSTCODE
from engage.lib import sql

SLICE = 1_000
MOST_EACH = 5
"""So many twins of one person are proposed at once: a name that everybody has must not flood the page."""

_FOUND = f"""
    SELECT a.id AS one, b.id AS other, 'name_company' AS reason
    FROM people a JOIN crm_contacts_contact b ON upper(b.name) = upper(a.name) AND b.company_id = a.company_id
    WHERE a.name <> ''
UNION ALL
    SELECT a.id, b.id, 'name_postcode'
    FROM people a JOIN crm_contacts_contact b ON upper(b.name) = upper(a.name)
        AND {POSTCODE.format("b")} = {POSTCODE.format("a")}
    WHERE a.name <> '' AND a.attributes ->> 'postcode' <> ''
UNION ALL
    SELECT a.id, i.contact_id, 'claimed_' || i.kind
    FROM people a JOIN crm_contacts_identity claim ON claim.contact_id = a.id AND claim.kind IN ('email', 'phone')
        AND claim.proof = ''
    JOIN crm_contacts_identity i ON i.kind = claim.kind AND i.value = claim.value AND i.proof <> ''
UNION ALL
    SELECT a.id, i.contact_id, 'similar_email'
    FROM people a JOIN crm_contacts_identity mine ON mine.contact_id = a.id AND mine.kind = 'email'
    CROSS JOIN LATERAL (SELECT split_part(split_part(mine.value, '@', 1), '+', 1) AS local,
                               split_part(mine.value, '@', 2) AS domain) AS part
    JOIN crm_contacts_identity i ON i.kind = 'email' AND i.proof <> '' AND i.value <> mine.value
        AND i.value IN (part.local || '@' || part.domain, replace(part.local, '.', '') || '@' || part.domain)
"""  # noqa: S608 ours

_PROPOSE = f"""
    WITH people AS (
        SELECT * FROM crm_contacts_contact
        WHERE id = ANY(%s) AND merged_into_id IS NULL AND erased IS NULL
    ), found AS (
        SELECT *, row_number() OVER (PARTITION BY one ORDER BY other DESC) AS place FROM ({_FOUND}) AS pair
        JOIN crm_contacts_contact o ON o.id = pair.other AND o.merged_into_id IS NULL AND o.erased IS NULL
        WHERE pair.one <> pair.other
    ) {RECORD.format(found="found WHERE place <= %s")}
"""  # noqa: S608 statements of ours

_NEWCOMERS = """
    (SELECT id, NULL FROM crm_contacts_contact WHERE id > %(contact)s ORDER BY id LIMIT %(slice)s)
    UNION ALL
    (SELECT contact_id, id FROM crm_contacts_identity WHERE id > %(identity)s ORDER BY id LIMIT %(slice)s)
"""


def propose_duplicates() -> None:
    """Look at everybody, SLICE people a statement. A pair that was decided once is not proposed again."""
    after = 0
    while slice_ := _next(after):
        sql.run(_PROPOSE, [slice_, MOST_EACH])
        after = slice_[-1]


def propose_newcomers(*, slices: int) -> int:
    """Look at who came, or got another address or number, since the last time; how many were looked at.

    Each slice is one transaction of four statements. Whoever is written meanwhile with a lower id is left to the
    night.
    """
    looked_at = 0
    for _slice in range(slices):
        with transaction.atomic():
            if not (found := _newcomers()):
                break
            sql.run(_PROPOSE, [found, MOST_EACH])
            looked_at += len(found)
    return looked_at


def _newcomers() -> list[int]:
    """Moves the watermark; what is under it is looked at in this transaction, or again."""
    sought, _made = TwinsSought.objects.select_for_update().get_or_create(pk=1)
    values = {"contact": sought.contact, "identity": sought.identity, "slice": SLICE}
    rows = sql.rows(_NEWCOMERS, values)
    if rows:
        sought.contact = max([sought.contact, *(contact for contact, identity in rows if identity is None)])
        sought.identity = max([sought.identity, *(identity for _contact, identity in rows if identity is not None)])
        sought.save()
    return sorted({contact for contact, _identity in rows})


def _next(after: int) -> list[int]:
    found = sql.rows("SELECT id FROM crm_contacts_contact WHERE id > %s ORDER BY id LIMIT %s", [after, SLICE])
    return [row[0] for row in found]
