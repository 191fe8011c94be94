"""Who may be the same person: looked for every night in slices of ids, never decided here."""

from engage.lib import sql

SLICE = 1_000
MOST_EACH = 5
"""So many twins of one person are proposed in a night at most: a name that everybody has must not flood the page."""

_FOUND = """
    SELECT a.id AS one, b.id AS other, 'same name and company' AS reason
    FROM people a JOIN crm_contacts_contact b ON upper(b.name) = upper(a.name) AND b.company_id = a.company_id
    WHERE a.name <> ''
UNION ALL
    SELECT a.id, b.id, 'same name and postcode'
    FROM people a JOIN crm_contacts_contact b ON upper(b.name) = upper(a.name)
        AND replace(upper(b.attributes ->> 'postcode'), ' ', '') = replace(upper(a.attributes ->> 'postcode'), ' ', '')
    WHERE a.name <> '' AND a.attributes ->> 'postcode' <> ''
UNION ALL
    SELECT a.id, i.contact_id, 'same phone'
    FROM people a JOIN crm_contacts_identity claim ON claim.contact_id = a.id AND claim.kind = 'phone'
    JOIN crm_contacts_identity i ON i.kind = 'phone' AND i.value = claim.value AND i.proof <> ''
UNION ALL
    SELECT a.id, i.contact_id, 'e-mail address that differs by dots or plus'
    FROM people a JOIN crm_contacts_identity mine ON mine.contact_id = a.id AND mine.kind = 'email'
    CROSS JOIN LATERAL (SELECT split_part(split_part(mine.value, '@', 1), '+', 1) AS local,
                               split_part(mine.value, '@', 2) AS domain) AS part
    JOIN crm_contacts_identity i ON i.kind = 'email' AND i.proof <> '' AND i.value <> mine.value
        AND i.value IN (part.local || '@' || part.domain, replace(part.local, '.', '') || '@' || part.domain)
"""

_PROPOSE = f"""
    WITH people AS (
        SELECT * FROM crm_contacts_contact
        WHERE id = ANY(%s) AND merged_into_id IS NULL AND erased IS NULL
    ), found AS (
        SELECT *, row_number() OVER (PARTITION BY one ORDER BY other DESC) AS place FROM ({_FOUND}) AS pair
        JOIN crm_contacts_contact o ON o.id = pair.other AND o.merged_into_id IS NULL AND o.erased IS NULL
        WHERE pair.one <> pair.other
    ), pairs AS (
        SELECT least(one, other) AS first, greatest(one, other) AS second, string_agg(DISTINCT reason, ', ') AS reason
        FROM found WHERE place <= %s GROUP BY 1, 2
    )
    INSERT INTO crm_contacts_mergeproposal (uid, first_id, second_id, reason)
    SELECT gen_random_uuid(), first, second, reason FROM pairs ON CONFLICT DO NOTHING
"""  # noqa: S608 statements of ours


def propose_duplicates() -> None:
    """Look at everybody, SLICE people a statement. A pair that was decided once is not proposed again."""
    after = 0
    while slice_ := _next(after):
        sql.run(_PROPOSE, [slice_, MOST_EACH])
        after = slice_[-1]


def _next(after: int) -> list[int]:
    found = sql.rows("SELECT id FROM crm_contacts_contact WHERE id > %s ORDER BY id LIMIT %s", [after, SLICE])
    return [row[0] for row in found]
