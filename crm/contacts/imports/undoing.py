"""An import taken back: by its journal, slice by slice, the last row first.

Whom it brought goes, unless something happened to them since; what it filled is emptied, unless it was changed since.
"""

from collections import Counter
from collections.abc import Callable, Collection
from functools import partial

from crm.contacts import merging
from crm.contacts.actions.hold import hold
from crm.contacts.imports.filling import FIELDS
from crm.contacts.jobs import slices
from crm.contacts.jobs.hand import Hand
from crm.contacts.models import Import
from engage.lib import clock, sql

SLICE = 1_000
own = {
    "crm_contacts_identity": "t.created = j.at",
    "crm_contacts_consent": "t.received = j.at",
    "crm_contacts_origin": "t.first_at = j.at AND t.last_at = j.at",
}
"""Tables with rows that imports write, and how such a row `t` is known beside the journal's `j` of the import `i`."""


def register(table: str, mine: str) -> None:
    """For rooms above: see `own`."""
    own[table] = mine


def undo(hand: Hand[Import], show: Callable[[Import], None]) -> None:
    """Each slice is one transaction; what is interrupted goes on, because what was undone has left the journal."""
    [(left,)] = sql.rows("SELECT count(*) FROM crm_contacts_imported WHERE of_id = %s AND stays = ''", [hand.job.pk])
    total = left or 1
    while slices.write(partial(_slice, hand, total)):
        hand.keep()
        show(hand.job)


def _slice(hand: Hand[Import], total: int) -> int:
    hand.lock()
    job = hand.job
    rows = sql.rows(
        "SELECT id, contact_id, new, at FROM crm_contacts_imported WHERE of_id = %s AND stays = '' "
        "ORDER BY id DESC LIMIT %s",
        [job.pk, SLICE],
    )
    if not rows:
        return 0
    hold(contacts={contact for _id, contact, _new, _at in rows})
    new = [row for row in rows if row[2]]
    reasons = _reasons([row[1] for row in new], job.pk)
    gone = [row[1] for row in new if row[1] not in reasons]
    counts = Counter({"gone": len(gone), "stays": len(new) - len(gone)})
    _mark({row[0]: reasons[row[1]] for row in new if row[1] in reasons})
    counts += _restore([row[0] for row in rows if not row[2]])
    times = sorted({at for _id, _contact, _new, at in rows})
    _remove(gone)
    _drop_companies(times)
    hand.move(len(rows), min(1.0, (job.cursor + len(rows)) / total), counts, Counter(reasons.values()))
    return len(rows)


def _reasons(contacts: Collection[int], of: int) -> dict[int, str]:
    """Why people stay: `merged`, `edited`, or the table in which something happened to them. A query for each table,
    none for nobody."""
    ids = list(contacts)
    if not ids:
        return {}
    reasons: dict[int, str] = {}
    for table in merging.tables:
        if table == "crm_contacts_imported":
            found = sql.rows(
                "SELECT DISTINCT contact_id FROM crm_contacts_imported WHERE contact_id = ANY(%s) AND of_id <> %s",
                [ids, of],
            )
        elif table in own:
            found = sql.rows(
                f"SELECT DISTINCT t.contact_id FROM {table} AS t WHERE t.contact_id = ANY(%s) AND NOT EXISTS ("  # noqa: S608
                f"SELECT FROM crm_contacts_imported AS j JOIN crm_contacts_import AS i ON i.id = j.of_id "
                f"WHERE j.contact_id = t.contact_id AND i.id = %s AND {own[table]})",
                [ids, of],
            )
        else:
            found = sql.rows(f"SELECT DISTINCT contact_id FROM {table} WHERE contact_id = ANY(%s)", [ids])  # noqa: S608
        reasons |= {contact: table.rpartition("_")[2] for (contact,) in found}
    edited = sql.rows(
        """
        SELECT c.id, c.merged_into_id IS NOT NULL OR m.id IS NOT NULL FROM crm_contacts_contact AS c
        JOIN crm_contacts_imported AS j ON j.contact_id = c.id AND j.of_id = %s AND j.new
        LEFT JOIN crm_contacts_merge AS m ON c.id IN (m.survivor_id, m.absorbed_id) AND m.undone IS NULL
        WHERE c.id = ANY(%s) AND (c.merged_into_id IS NOT NULL OR m.id IS NOT NULL OR EXISTS (
            SELECT FROM jsonb_each_text(j.wrote) AS w WHERE w.key = ANY(%s) AND w.value <> to_jsonb(c) ->> w.key))
        """,
        [of, ids, list(FIELDS)],
    )
    return reasons | {contact: "merged" if merged else "edited" for contact, merged in edited}


def _mark(reasons: dict[int, str]) -> None:
    sql.run(
        "UPDATE crm_contacts_imported AS j SET stays = r.reason FROM unnest(%s::bigint[], %s::text[]) AS r(id, reason) "
        "WHERE j.id = r.id",
        [list(reasons), list(reasons.values())],
    )


def _restore(journal: list[int]) -> Counter[str]:
    """Empty again what was filled and is still as it was filled; take back what came with it."""
    if not journal:
        return Counter()
    for table, mine in own.items():
        sql.run(
            f"DELETE FROM {table} AS t USING crm_contacts_imported AS j, crm_contacts_import AS i "  # noqa: S608 ours
            f"WHERE j.id = ANY(%s) AND i.id = j.of_id AND t.contact_id = j.contact_id AND {mine}",
            [journal],
        )
    blanked = ", ".join(
        f"{name} = CASE WHEN j.wrote ->> '{name}' = c.{name} THEN '' ELSE c.{name} END" for name in FIELDS
    )
    restored = sql.run(
        f"""
        UPDATE crm_contacts_contact AS c SET {blanked},
            company_id = CASE WHEN j.wrote ->> 'company' = (
                SELECT o.name FROM crm_contacts_company o WHERE o.id = c.company_id) THEN NULL ELSE c.company_id END
        FROM crm_contacts_imported AS j WHERE j.id = ANY(%s) AND c.id = j.contact_id
        """,  # noqa: S608 names of ours
        [journal],
    )
    people = sql.rows("DELETE FROM crm_contacts_imported WHERE id = ANY(%s) RETURNING contact_id", [journal])
    merging.settle(sorted({contact for (contact,) in people}))
    return Counter({"restored": restored})


def _remove(gone: list[int]) -> None:
    """Everything of theirs; what stays is an empty row that nobody sees, as after an erasure."""
    if not gone:
        return
    for table in merging.tables:
        sql.run(f"DELETE FROM {table} WHERE contact_id = ANY(%s)", [gone])  # noqa: S608 a table of ours
    sql.run("DELETE FROM crm_contacts_mergeproposal WHERE first_id = ANY(%s) OR second_id = ANY(%s)", [gone, gone])
    sql.run(
        "UPDATE crm_contacts_contact SET name = '', first_name = '', language = '', country = '', timezone = '', "
        "company_id = NULL, attributes = '{}', origin = '', last_seen = NULL, erased = %s WHERE id = ANY(%s)",
        [clock.now(), gone],
    )
    merging.settle(gone)


def _drop_companies(times: list) -> None:
    """Companies that this slice made and that nobody belongs to any more."""
    sql.run(
        "DELETE FROM crm_contacts_company AS o WHERE o.created = ANY(%s) AND o.external_id IS NULL "
        "AND NOT EXISTS (SELECT FROM crm_contacts_contact AS c WHERE c.company_id = o.id)",
        [times],
    )
