"""Questions inside messages: asked with one tap, and only if the answer is not known and fresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.channels.rendering import asked_surveys, asked_with
from campaigns.surveys.links import answer_url
from campaigns.surveys.queries import one_taps, titles_of
from crm.dialogue.outbox import Claimed
from crm.preferences.recall import known


class Asking:
    """The questions of a chunk of messages. At most three queries, none if nothing is asked."""

    def __init__(self, messages: Sequence[Claimed], *, at: datetime) -> None:
        contents = {content for message in messages for content in _contents(message)}
        with_answers = {key for message in messages if (key := asked_with(message))}
        surveys = frozenset(with_answers).union(*map(asked_surveys, contents))
        self._taps = one_taps(surveys) if surveys else {}
        self._titles = titles_of(with_answers - self._taps.keys())
        keys = {tap.preference for tap in self._taps.values() if tap.preference}
        self._known = known({message.contact for message in messages}, keys, at=at)

    def questions(self, message: Claimed) -> Mapping[str, dict]:
        """By survey key, as the Liquid tag reads it. What they told us already is left out, but for what a colleague
        asks with an answer; a survey without a question for one tap is a link to its page."""
        asked = asked_with(message)
        told = self._known.get(message.contact, {})
        surveys = {*(asked_surveys(message.content) if message.content else ()), *([asked] if asked else [])}
        found = {
            survey: {
                "text": tap.text,
                "answers": [
                    {"label": answer.label, "url": answer_url(message.uid, survey, tap.question, answer.no)}
                    for answer in tap.answers
                ],
            }
            for survey in surveys
            if (tap := self._taps.get(survey)) and (survey == asked or tap.preference not in told)
        }
        if asked in self._titles:
            link = {"label": _("Answer"), "url": answer_url(message.uid, asked)}
            found[asked] = {"text": self._titles[asked], "answers": [link]}
        return found


def _contents(message: Claimed) -> list[int]:
    """All that it may be made of."""
    return [content for content in (*dict(message.routes).values(), message.content) if content]
