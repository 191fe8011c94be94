"""A question that a colleague asks with an answer, put and answered within the chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.surveys import queries as surveys
from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.questions import ONE_TAP, Choice, Question
from campaigns.surveys.limits.limiting import Full
from campaigns.surveys.links import Visitor, answer_path
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.taking import recording
from campaigns.surveys.taking.answers import tapped
from crm.dialogue.models import ChatLine, ChatVisit, Message
from crm.dialogue.queries import ASKS

CHAT = "chat"


@dataclass(frozen=True)
class Put:
    """A question beneath a line of ours. `options` answer it in place; where it is one of several it is answered on its
    own page, at `url`. `said` is what they answered, and `kept` what became of it: remembered, declined, kept or ''."""

    text: str
    url: str
    options: Sequence[Choice] = ()
    said: str = ""
    kept: str = ""


def put(lines: Sequence[ChatLine]) -> dict[int, Put]:
    """By the key of the line's message. Three queries at most, and two for each that is answered; none where nothing is
    asked."""
    asking = {line.message_id: line.message for line in lines if _key(line.message)}
    if not asking:
        return {}
    found = Survey.objects.filter(key__in={_key(one) for one in asking.values()}).select_related("current")
    known = {survey.key: survey for survey in found if survey.current}
    occasions = [_occasion(one) for one in asking.values()]
    given = Response.objects.filter(occasion__in=occasions, state=Response.State.FINAL).select_related("version")
    answers = {response.occasion: response for response in given}
    asked = ((pk, one, known.get(_key(one))) for pk, one in asking.items())
    return {pk: put for pk, one, survey in asked if survey and (put := _put(one, survey, answers.get(_occasion(one))))}


def answer(*, visit: ChatVisit, message: Message, no: str, language: str, at: datetime) -> bool:
    """They tapped an answer in the chat: final, as whoever posts a page. False where it is not asked there, was
    answered before, or no more answers are taken."""
    survey = surveys.find(_key(message))
    if survey is None or survey.current is None or survey.state != Survey.State.PUBLISHED:
        return False
    question = in_place(surveys.definition_of(survey.current))
    given = tapped(question, no) if question else None
    if question is None or given is None:
        return False
    visitor = Visitor(_occasion(message), message, CHAT, chat=visit)
    try:
        done = recording.answer(
            version=survey.current, visitor=visitor, answers={question.id: given}, at=at, language=language
        )
    except Full:
        return False
    return done is not None


def dont_remember(*, message: Message, at: datetime) -> None:
    """Their "Don't"."""
    response = (
        Response.objects.select_related("version", "survey", "contact").filter(occasion=_occasion(message)).first()
    )
    question = in_place(surveys.definition_of(response.version)) if response else None
    if response and question and question.id in response.answers:
        recording.decline(response=response, question=question, by="customer", at=at)


def in_place(definition: Definition) -> Question | None:
    """The one question of a survey that one tap answers; None where it asks more, or otherwise."""
    asked = definition.asking
    return asked[0] if len(asked) == 1 and asked[0].type in ONE_TAP and not asked[0].other else None


def _put(message: Message, survey: Survey, response: Response | None) -> Put | None:
    if response:
        definition = surveys.definition_of(response.version)
        question = in_place(definition)
        first = next(iter(surveys.given(response, definition)), None)
        kept = surveys.memory_of(response, definition) if question else {}
        state = kept.get(question.id, "") if question else ""
        return Put(first.question if first else survey.title, "", said=first.words if first else "", kept=state)
    if survey.state != Survey.State.PUBLISHED or survey.current is None:
        return None
    definition, url = surveys.definition_of(survey.current), answer_path(message.uid, survey.key)
    question = in_place(definition)
    return Put(question.text, url, question.options()) if question else Put(definition.title, url)


def _key(message: Message) -> str:
    key = message.variables.get(ASKS, "")
    return key if isinstance(key, str) and message.direction == Message.Direction.OUT else ""


def _occasion(message: Message) -> str:
    return f"message:{message.uid}"
