"""Making the past of a demo past: what the belts did while it was seeded happened when the plan says so."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from campaigns.broadcasts.models import Broadcast
from campaigns.surveys.results import counting
from engage.lib import sql


def move_back(by: Mapping[int, timedelta], *, since: datetime) -> None:
    """All that happened to these contacts since then, moved back: for each contact its own time.

    A constant number of statements, and some for every 2,000 answers.
    """
    contacts = {"contacts": list(by), "spans": list(by.values()), "since": since}
    for table, times in _TIMES.items():
        changes = ", ".join(f"{name} = t.{name} - moved.span" for name in times)
        sql.run(_MOVE.format(table=table, changes=changes, first=times[0]), contacts)
    sql.run(_MOVE_VISITS, contacts)
    sql.run(_MOVE_WAITS, contacts)
    sql.run(_FORGET_TALLIES)
    sql.run(_TALLY)
    counting.count_anew()
    sql.run(_MOVE_SAYINGS)


def move_broadcast_back(broadcast: Broadcast, span: timedelta) -> None:
    """A one-off message, and all that was said of it, happened so much sooner. Two statements."""
    times = ", ".join(f"{name} = {name} - %(span)s" for name in _TIMES["crm_dialogue_message"])
    sql.run(
        f"UPDATE crm_dialogue_message SET {times} WHERE direction = 'out' AND origin = %(origin)s",  # noqa: S608 ours
        {"span": span, "origin": broadcast.origin},
    )
    for name in _OF_BROADCAST:
        if moment := getattr(broadcast, name):
            setattr(broadcast, name, moment - span)
    broadcast.save(update_fields=_OF_BROADCAST)


def date_people() -> None:
    """People came with the first thing they did and were seen with the last. Two statements."""
    sql.run(_DATE_PEOPLE)
    sql.run("UPDATE crm_preferences_preference SET received = at WHERE received > at + interval '1 hour'")


def date_words(*, before: datetime) -> None:
    """What was said in conversations, and asked by mail, came in and went out when it was said. One statement."""
    sql.run(
        "UPDATE crm_dialogue_message SET received = at, "
        "settled = CASE WHEN settled IS NOT NULL THEN at + interval '3 seconds' END "
        "WHERE (conversation_id IS NOT NULL OR origin = 'sign-up') AND at < %s",
        [before],
    )


def date_decisions() -> None:
    """What was decided fell due to the day on which its message was, wherever that has been moved. Two statements."""
    sql.run("DELETE FROM crm_dialogue_occasionday")
    sql.run(
        "INSERT INTO crm_dialogue_occasionday (origin, day, due) "
        "SELECT origin, (received AT TIME ZONE 'UTC')::date, count(*) FROM crm_dialogue_message "
        "WHERE direction = 'out' GROUP BY 1, 2"
    )


_TIMES = {
    "crm_events_event": ("at",),
    "crm_catalog_order": ("at", "received"),
    "crm_dialogue_message": ("at", "received", "settled"),
    "crm_preferences_preference": ("at", "received"),
    "campaigns_surveys_response": ("started", "finished"),
    "campaigns_journeys_enrolment": ("began", "ended"),
    "campaigns_board_suggestion": ("at", "changed", "answered"),
    "campaigns_board_vote": ("at",),
    "campaigns_contests_entry": ("at", "decided"),
    "campaigns_contests_vote": ("at",),
    "campaigns_offers_given": ("at", "good_until", "used"),
}
"""What of each table is a time; the first of them says whether the row is new."""

_OF_BROADCAST = ("created", "updated", "state_at", "starts", "began", "queued", "looked_again", "finished", "paced")

_MOVED = "unnest(%(contacts)s::bigint[], %(spans)s::interval[]) AS moved(contact_id, span)"

_MOVE = f"""
    UPDATE {{table}} AS t SET {{changes}} FROM {_MOVED}
    WHERE t.contact_id = moved.contact_id AND t.{{first}} >= %(since)s
"""  # noqa: S608 names of ours

_MOVE_VISITS = f"""
    UPDATE campaigns_journeys_visit AS v SET at = v.at - moved.span
    FROM campaigns_journeys_enrolment AS e JOIN {_MOVED} ON moved.contact_id = e.contact_id
    WHERE v.enrolment_id = e.id AND v.at >= %(since)s
"""  # noqa: S608 names of ours

_MOVE_WAITS = f"""
    UPDATE campaigns_journeys_duewait AS w SET since = w.since - moved.span, until = w.until - moved.span,
        due = w.due - moved.span
    FROM campaigns_journeys_enrolment AS e JOIN {_MOVED} ON moved.contact_id = e.contact_id
    WHERE w.enrolment_id = e.id AND w.since >= %(since)s
"""  # noqa: S608 names of ours

_MOVE_SAYINGS = """
    UPDATE campaigns_surveys_saying AS s SET at = r.finished
    FROM campaigns_surveys_response AS r WHERE r.id = s.response_id AND r.finished <> s.at
"""

_FORGET_TALLIES = "DELETE FROM campaigns_journeys_steptally"

_TALLY = """
    INSERT INTO campaigns_journeys_steptally (version_id, step, day, visits)
    SELECT e.version_id, v.step, (v.at AT TIME ZONE 'UTC')::date, count(*)
    FROM campaigns_journeys_visit AS v JOIN campaigns_journeys_enrolment AS e ON e.id = v.enrolment_id
    WHERE v.decision->>'kind' <> 'move' AND NOT coalesce((v.decision->>'goal')::bool, FALSE)
    GROUP BY 1, 2, 3
"""

_DATE_PEOPLE = """
    UPDATE crm_contacts_contact AS c SET created = d.first, last_seen = d.last
    FROM (
        SELECT contact_id, min(at) AS first, max(at) FILTER (WHERE source <> 'derived') AS last
        FROM crm_events_event GROUP BY contact_id
    ) AS d
    WHERE c.id = d.contact_id
"""
