"""Whose votes count: of each person the latest, decided anew at every look, so that merging and parting settle it."""

from datetime import date
from typing import Any

from campaigns.contests.models import Contest
from crm.business.queries import business
from engage.lib import sql

ANSWERED = "NOT EXISTS (SELECT FROM crm_dialogue_block AS b WHERE b.contact_id = {0}.contact_id AND b.lifted IS NULL)"
"""We answer them."""
VOTES = f"""
    SELECT v.* FROM (
        SELECT DISTINCT ON (contact_id) * FROM campaigns_contests_vote WHERE contest_id = %(contest)s
        ORDER BY contact_id, at DESC, id DESC
    ) AS v WHERE {ANSWERED.format("v")}
"""  # noqa: S608 a statement of ours
"""One of each person."""
COUNTED = f"""
    SELECT v.* FROM ({VOTES}) AS v JOIN campaigns_contests_entry AS e ON e.id = v.entry_id
    WHERE e.standing = 'shown' AND (v.refused = '' OR v.refused = 'ring' AND v.counted_by <> '')
"""  # noqa: S608
COMPARISONS = f"""
    SELECT c.* FROM (
        SELECT DISTINCT ON (contact_id, left_id, right_id) * FROM campaigns_contests_comparison
        WHERE contest_id = %(contest)s ORDER BY contact_id, left_id, right_id, at DESC, id DESC
    ) AS c
    JOIN campaigns_contests_entry AS l ON l.id = c.left_id AND l.standing = 'shown' AND l.contact_id <> c.contact_id
    JOIN campaigns_contests_entry AS r ON r.id = c.right_id AND r.standing = 'shown' AND r.contact_id <> c.contact_id
    WHERE {ANSWERED.format("c")}
"""  # noqa: S608
"""One of each person and pair; none of somebody's own entry."""
_OWN = """
    UPDATE campaigns_contests_vote AS v
    SET refused = CASE WHEN v.contact_id = e.contact_id THEN 'own' ELSE '' END
    FROM campaigns_contests_entry AS e
    WHERE e.id = v.entry_id AND (v.contact_id = ANY(%(contacts)s) OR e.contact_id = ANY(%(contacts)s))
      AND (v.contact_id = e.contact_id) <> (v.refused = 'own')
"""


def settle_own(contacts: Any) -> None:
    """People became one, or two again: a vote for what is now their own entry is refused, and had back."""
    sql.run(_OWN, {"contacts": list(contacts)})


def votes(contest: Contest) -> dict[int, int]:
    """By entry, of those that have any. One query."""
    query = f"SELECT entry_id, count(*) FROM ({COUNTED}) AS v GROUP BY entry_id"  # noqa: S608
    return dict(sql.rows(query, {"contest": contest.pk}))


def wins(contest: Contest) -> dict[tuple[int, int], int]:
    """{(chosen, not chosen): how often}. One query."""
    query = f"""
        SELECT better_id, left_id + right_id - better_id, count(*) FROM ({COMPARISONS}) AS c
        WHERE better_id IS NOT NULL GROUP BY 1, 2
    """  # noqa: S608
    return {(better, worse): count for better, worse, count in sql.rows(query, {"contest": contest.pk})}


def people(contest: Contest) -> int:
    """How many voted or compared, which is all that anybody sees before the end. One query."""
    table = f"({VOTES})" if contest.by == Contest.By.VOTES else f"({COMPARISONS})"
    query = f"SELECT count(DISTINCT contact_id) FROM {table} AS v"  # noqa: S608
    return sql.rows(query, {"contest": contest.pk})[0][0]


def days(contest: Contest) -> list[tuple[date, int]]:
    """How many people voted or compared first on which day, by the shop's clock. One query."""
    table = f"({VOTES})" if contest.by == Contest.By.VOTES else f"({COMPARISONS})"
    query = f"""
        SELECT (first AT TIME ZONE %(zone)s)::date AS day, count(*)
        FROM (SELECT min(at) AS first FROM {table} AS v GROUP BY contact_id) AS f GROUP BY 1 ORDER BY 1
    """  # noqa: S608
    return sql.rows(query, {"contest": contest.pk, "zone": business().timezone or "UTC"})
