"""Who may be asked by itself on a site, and that somebody was. The page learns no more than which places to show."""

from collections.abc import Collection
from datetime import datetime, timedelta

from campaigns.channels.onsite.actions import APART
from campaigns.channels.rendering import asked_surveys
from campaigns.surveys.embeds.models import Placement
from crm.business.queries import business
from crm.dialogue.queries import SILENCE
from engage.lib import sql

DID_WITHIN = timedelta(days=7)
"""So recent is what they must have done."""


def allowed(device: str, places: Collection[Placement], *, at: datetime) -> list[Placement]:
    """Those of `places` that may appear to whoever has this device. Three queries at most, and none that writes.

    A device that is not proved to be somebody's is a stranger's, who sees what is meant for everybody.
    """
    shop = business()
    given = {"device": device, "at": at, "apart": at - APART, "silence": at - SILENCE}
    person = sql.rows(_PERSON, given | {"rest": at - timedelta(days=shop.survey_days)})
    if not person:
        return [one for one in places if not one.targeted]
    contact, free = person[0]
    if not free or _was_asked(contact, since=at - timedelta(days=shop.question_days), at=at):
        return []
    ids = [one.pk for one in places]
    met = {pk for (pk,) in sql.rows(_MET, {"contact": contact, "places": ids, "since": at - DID_WITHIN, "at": at})}
    return [one for one in places if one.pk in met]


def note_shown(device: str, survey: int, *, at: datetime) -> None:
    """One statement; nothing for a device that is nobody's."""
    sql.run(_SHOWN, {"device": device, "survey": survey, "at": at})


def note_closed(device: str, survey: int, *, at: datetime) -> None:
    """They put it away: it does not come again."""
    sql.run(_CLOSED, {"device": device, "survey": survey, "at": at})


def _was_asked(contact: int, *, since: datetime, at: datetime) -> bool:
    """Whether a message put a question to them lately."""
    sent = sql.rows(_SENT, {"contact": contact, "since": since, "at": at})
    return any(asked_surveys(content) for (content,) in sent)


_OWNER = """
    SELECT i.contact_id, i.recorded_for_id FROM crm_contacts_identity AS i
    WHERE i.kind = 'anonymous' AND i.value = %(device)s AND i.proof <> ''
      AND EXISTS (SELECT FROM crm_contacts_identity AS k
                  WHERE k.contact_id = i.contact_id AND k.kind NOT IN ('anonymous', 'push') AND k.proof <> '')
"""
_PERSON = f"""
    WITH person AS ({_OWNER})
    SELECT person.contact_id,
        NOT EXISTS (SELECT FROM crm_contacts_pause AS p
                    WHERE (p.contact_id IS NULL OR p.contact_id = person.contact_id) AND p.lifted IS NULL
                    AND (p.until IS NULL OR p.until > %(at)s))
        AND NOT EXISTS (SELECT FROM crm_dialogue_conversation AS v WHERE v.contact_id = person.contact_id
                        AND v.state <> 'done'
                        AND (v.state <> 'waiting' OR coalesce(v.last_staff, v.opened) > %(silence)s))
        AND NOT EXISTS (SELECT FROM crm_dialogue_message AS m JOIN campaigns_channels_onsitemessage AS o
                        ON o.message_id = m.id WHERE m.contact_id = person.contact_id AND o.shown > %(apart)s)
        AND NOT EXISTS (SELECT FROM campaigns_surveys_approach AS a WHERE a.contact_id = person.contact_id
                        AND greatest(a.shown, a.closed) > %(rest)s)
    FROM person
"""  # noqa: S608 our own constants
_SENT = """
    SELECT DISTINCT content_id FROM crm_dialogue_message WHERE contact_id = %(contact)s AND direction = 'out'
    AND class = 'marketing' AND state IN ('claimed', 'accepted', 'kept', 'delivered', 'unknown')
    AND coalesce(settled, %(at)s) > %(since)s AND content_id IS NOT NULL
"""
_MET = """
    SELECT p.id FROM campaigns_surveys_placement AS p WHERE p.id = ANY(%(places)s)
    AND (p.segment_id IS NULL OR EXISTS (SELECT FROM crm_segments_membership AS s
         WHERE s.segment_id = p.segment_id AND s.contact_id = %(contact)s))
    AND (p.event = '' OR EXISTS (SELECT FROM crm_events_event AS e WHERE e.contact_id = %(contact)s
         AND e.name = p.event AND e.at BETWEEN %(since)s AND %(at)s))
    AND NOT EXISTS (SELECT FROM campaigns_surveys_response AS r WHERE r.contact_id = %(contact)s
         AND r.survey_id = p.survey_id AND r.state IN ('final', 'screened'))
    AND NOT EXISTS (SELECT FROM campaigns_surveys_approach AS a WHERE a.contact_id = %(contact)s
         AND a.survey_id = p.survey_id AND a.closed IS NOT NULL)
"""
_SHOWN = f"""
    INSERT INTO campaigns_surveys_approach AS a (survey_id, contact_id, recorded_for_id, shown)
    SELECT %(survey)s, o.contact_id, o.recorded_for_id, %(at)s FROM ({_OWNER}) AS o
    ON CONFLICT (survey_id, recorded_for_id) DO UPDATE SET shown = excluded.shown, contact_id = excluded.contact_id
"""  # noqa: S608 our own constants
_CLOSED = f"""
    INSERT INTO campaigns_surveys_approach AS a (survey_id, contact_id, recorded_for_id, shown, closed)
    SELECT %(survey)s, o.contact_id, o.recorded_for_id, %(at)s, %(at)s FROM ({_OWNER}) AS o
    ON CONFLICT (survey_id, recorded_for_id) DO UPDATE SET closed = coalesce(a.closed, excluded.closed)
"""  # noqa: S608 our own constants
