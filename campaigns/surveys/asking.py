"""Questions inside messages: asked with one tap, and only if the answer is not known and fresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from campaigns.channels.rendering import asked_surveys
from campaigns.surveys.links import answer_url
from campaigns.surveys.queries import one_taps
from crm.dialogue.outbox import Claimed
from engage.lib import sql


class Asking:
    """The questions of a chunk of messages. At most two queries, none if nothing is asked."""

    def __init__(self, messages: Sequence[Claimed], *, at: datetime) -> None:
        self._surveys = {message.id: asked_surveys(message.content) for message in messages if message.content}
        self._taps = one_taps(frozenset().union(*self._surveys.values())) if any(self._surveys.values()) else {}
        keys = {tap.preference for tap in self._taps.values() if tap.preference}
        self._known = _known({message.contact for message in messages}, keys, at) if keys else set()

    def questions(self, message: Claimed) -> Mapping[str, dict]:
        """By survey key, as the Liquid tag reads it; what they told us already is left out."""
        return {
            survey: {
                "text": tap.text,
                "answers": [
                    {"label": answer.label, "url": answer_url(message.uid, survey, tap.question, answer.no)}
                    for answer in tap.answers
                ],
            }
            for survey in self._surveys.get(message.id, ())
            if (tap := self._taps.get(survey)) and (message.contact, tap.preference) not in self._known
        }


def _known(contacts: set[int], keys: set[str], at: datetime) -> set[tuple[int, str]]:
    return {
        (contact, key)
        for contact, key in sql.rows(
            """
            SELECT p.contact_id, k.key
            FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
            WHERE p.contact_id = ANY(%s) AND k.key = ANY(%s) AND p.state = 'active' AND p.kind = 'stated'
              AND p.at > %s - make_interval(days => k.fresh_days)
            """,
            [sorted(contacts), sorted(keys), at],
        )
    }
