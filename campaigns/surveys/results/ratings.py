"""Low ratings that nobody has answered yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from campaigns.surveys.asked.questions import SCALES, Type
from engage.lib import sql

LOW = 2
LOOKED_AT = 2_000
"""The latest answers: with a million of them, what just came is what matters."""


@dataclass(frozen=True, slots=True)
class LowRating:
    """`words` are what she added where nothing is remembered of it, '' if nothing."""

    person: UUID
    stars: int
    words: str
    at: datetime
    of: int = SCALES[Type.STARS][1]


def low_ratings(since: datetime, *, size: int) -> list[LowRating]:
    """The latest first, one for each person, of those to whom no colleague has written since; what
    came to the inbox is found there. One query."""
    found = sql.rows(
        """
        SELECT DISTINCT ON (r.id) c.uid, (r.answers -> (q ->> 'id') -> 'chosen' ->> 0)::int, r.finished, COALESCE((
            SELECT r.answers -> (w ->> 'id') ->> 'words' FROM jsonb_array_elements(v.definition -> 'questions') AS w
            WHERE w ->> 'type' = 'text' AND w -> 'remember' = 'null' AND r.answers ? (w ->> 'id') LIMIT 1), '')
        FROM (SELECT * FROM campaigns_surveys_response WHERE state = 'final' ORDER BY id DESC LIMIT %s) AS r
        JOIN campaigns_surveys_surveyversion AS v ON v.id = r.version_id
        JOIN crm_contacts_contact AS c ON c.id = r.contact_id
        CROSS JOIN jsonb_array_elements(v.definition -> 'questions') AS q
        WHERE r.finished >= %s AND c.erased IS NULL AND q ->> 'type' = 'stars'
            AND (r.answers -> (q ->> 'id') -> 'chosen' ->> 0)::int <= %s
            AND NOT EXISTS (SELECT FROM crm_dialogue_message AS m WHERE m.uid = r.uid)
            AND NOT EXISTS (SELECT FROM crm_dialogue_message AS m WHERE m.contact_id = r.contact_id
                AND m.direction = 'out' AND m.author_id IS NOT NULL AND m.at > r.finished)
        ORDER BY r.id DESC
        """,
        [LOOKED_AT, since, LOW],
    )
    latest = {person: LowRating(person, stars, words, at) for person, stars, at, words in reversed(found)}
    return sorted(latest.values(), key=lambda one: one.at, reverse=True)[:size]
