"""Questions inside messages: asked with one tap, and only if the answer is not known and fresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from campaigns.channels.rendering import asked_surveys
from campaigns.surveys.links import answer_url
from campaigns.surveys.queries import one_taps
from crm.dialogue.outbox import Claimed
from crm.preferences.recall import known


class Asking:
    """The questions of a chunk of messages. At most two queries, none if nothing is asked."""

    def __init__(self, messages: Sequence[Claimed], *, at: datetime) -> None:
        contents = {content for message in messages for content in _contents(message)}
        surveys = frozenset[str]().union(*map(asked_surveys, contents))
        self._taps = one_taps(surveys) if surveys else {}
        keys = {tap.preference for tap in self._taps.values() if tap.preference}
        self._known = known({message.contact for message in messages}, keys, at=at)

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
            for survey in (asked_surveys(message.content) if message.content else ())
            if (tap := self._taps.get(survey)) and tap.preference not in self._known.get(message.contact, {})
        }


def _contents(message: Claimed) -> list[int]:
    """All that it may be made of."""
    return [content for content in (*dict(message.routes).values(), message.content) if content]
