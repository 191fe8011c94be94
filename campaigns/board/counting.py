"""How many people want something: reckoned anew, in sets, whenever votes come, go or change hands."""

from collections.abc import Collection, Sequence

from engage.lib import sql

_FAMILY = """
    WITH RECURSIVE family(root, id) AS (
        SELECT id, id FROM campaigns_board_suggestion WHERE id = ANY(%(ids)s)
        UNION SELECT f.root, s.id FROM family AS f JOIN campaigns_board_suggestion AS s ON s.into_id = f.id
    )"""
_RECOUNT = f"""{_FAMILY}
    UPDATE campaigns_board_suggestion AS s SET votes = n.votes
    FROM (SELECT f.root, count(DISTINCT v.contact_id) AS votes FROM family AS f
        LEFT JOIN campaigns_board_vote AS v ON v.suggestion_id = f.id GROUP BY f.root) AS n
    WHERE s.id = n.root AND s.votes <> n.votes
"""  # noqa: S608 a statement of ours
_ROOTS = """
    WITH RECURSIVE up(id, into_id) AS (
        SELECT id, into_id FROM campaigns_board_suggestion WHERE id = ANY(%(ids)s)
        UNION SELECT s.id, s.into_id FROM up JOIN campaigns_board_suggestion AS s ON s.id = up.into_id
    ) SELECT DISTINCT id FROM up
"""


def lock(suggestions: Collection[int]) -> None:
    """Until the transaction ends. `NO KEY`, so that a vote which only refers to one waits for nobody."""
    sql.rows(
        "SELECT id FROM campaigns_board_suggestion WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        [sorted(suggestions)],
    )


def family(suggestion: int) -> list[int]:
    """It, and all that went into it."""
    return [row[1] for row in sql.rows(f"{_FAMILY} SELECT root, id FROM family", {"ids": [suggestion]})]  # noqa: S608


def root(suggestion: int) -> int:
    """Where it went, or itself."""
    found = sql.rows(
        """
        WITH RECURSIVE up(id, into_id) AS (
            SELECT id, into_id FROM campaigns_board_suggestion WHERE id = %s
            UNION SELECT s.id, s.into_id FROM up JOIN campaigns_board_suggestion AS s ON s.id = up.into_id
        ) SELECT id FROM up WHERE into_id IS NULL
        """,
        [suggestion],
    )
    return found[0][0]


def recount(suggestions: Collection[int]) -> None:
    """Of these and of what they went into. Three statements."""
    if not suggestions:
        return
    ids = [row[0] for row in sql.rows(_ROOTS, {"ids": list(suggestions)})]
    lock(ids)
    sql.run(_RECOUNT, {"ids": ids})


def recount_of(contacts: Sequence[int]) -> None:
    """Everything that these people voted for: they became one, or two again."""
    found = sql.rows(
        "SELECT DISTINCT suggestion_id FROM campaigns_board_vote WHERE contact_id = ANY(%s)", [list(contacts)]
    )
    recount([row[0] for row in found])
