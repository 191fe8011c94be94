"""What becomes of walks in shadow when their journey's state changes. Lock the journey first."""

from datetime import UTC, date, datetime

from campaigns.journeys.models import EntryDay, StepTally
from engage.lib import sql


def forget_counts(journey: int) -> None:
    """A new shadow counts from nothing. One statement."""
    StepTally.objects.filter(version__journey=journey, shadow=True).delete()


def close(journey: int) -> None:
    """The guards are asked no more about messages that would still have gone. One statement."""
    sql.run(
        """
        UPDATE campaigns_journeys_shadowmessage AS m SET due = NULL FROM campaigns_journeys_enrolment AS e
        WHERE e.id = m.enrolment_id AND e.journey_id = %s AND m.due IS NOT NULL
        """,
        [journey],
    )


def forget_entries(journey: int, since: date) -> None:
    """Who began in shadow takes nobody's place among those who may begin on one day. One statement."""
    EntryDay.objects.filter(journey=journey, day__gte=since).delete()


def make_real(journey: int, at: datetime) -> None:
    """Who walks in shadow goes on live from where they stand, and is counted there. One statement."""
    sql.run(_MAKE_REAL, [journey, at.astimezone(UTC).date()])


_MAKE_REAL = """
    WITH locked AS MATERIALIZED (
        SELECT id FROM campaigns_journeys_enrolment WHERE journey_id = %s AND state = 'active' AND shadow
        ORDER BY id FOR UPDATE
    ), real AS (
        UPDATE campaigns_journeys_enrolment AS e SET shadow = FALSE FROM locked WHERE locked.id = e.id
        RETURNING e.version_id, e.step, e.visit
    )
    INSERT INTO campaigns_journeys_steptally (version_id, step, day, shadow, visits)
    SELECT version_id, step, %s, FALSE, count(*) FROM real WHERE visit > 0 GROUP BY version_id, step ORDER BY 1, 2
    ON CONFLICT (version_id, step, day, shadow) DO UPDATE
    SET visits = campaigns_journeys_steptally.visits + excluded.visits
"""
