"""What the listening belt hears of a response: that it was answered, with what is to be remembered, or screened out."""

from collections.abc import Mapping
from typing import Any

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.questions import Question, Remember
from campaigns.surveys.models import Response
from crm.business.models import User
from crm.dialogue.models import Conversation
from crm.events.actions import Fact
from crm.preferences.models import Preference

ANSWERED = "Survey Answered"
CHANGED = "Survey Answer Changed"
SCREENED_OUT = "Survey Screened Out"
SOURCE = "survey"


def answered(
    response: Response,
    definition: Definition,
    declined: frozenset[str],
    talk: Conversation | None,
    *,
    typed_by: User | None = None,
    is_changed: bool = False,
) -> Fact:
    """An answer that took the place of another has a name of its own, so that nothing begins anew by it.

    `conversation` is the one in which a person answers, where there is one, `typed_by` the colleague who wrote down
    what they said. What they `declined` is not remembered."""
    more = {"conversation": str(talk.uid)} if talk else {}
    more |= {"typed_by": str(typed_by)} if typed_by else {}
    by = str(typed_by) if typed_by else "customer"
    remember = [
        _statement(response, definition.title, question, question.remember, by)
        for question in definition.questions
        if question.remember and question.id in response.answers and question.id not in declined
    ]
    values = _values(response)
    found_us = next((values[q.id] for q in definition.questions if q.found_us and values.get(q.id)), "")
    return _fact(response, definition, CHANGED if is_changed else ANSWERED, more, remember=remember, found_us=found_us)


def screened_out(response: Response, definition: Definition) -> Fact:
    """Nothing of it is remembered."""
    return _fact(response, definition, SCREENED_OUT, {})


def _fact(response: Response, definition: Definition, name: str, more: Mapping[str, str], **fields: Any) -> Fact:
    """`answers` holds the values by question id, `chosen` the numbers of the choices; triggers may ask for each value
    as `answer_<id>`."""
    values = _values(response)
    assert response.finished is not None and response.contact_id is not None and response.recorded_for_id is not None
    return Fact(
        contact=response.contact_id,
        recorded_for=response.recorded_for_id,
        name=name,
        at=response.finished,
        message_id=f"survey:{response.uid}",
        properties={
            "survey": response.survey.key,
            "title": definition.title,
            "version": response.version.number,
            "response": str(response.uid),
            "origin": response.origin,
            "answers": values,
            "chosen": _chosen(definition, response.answers),
            **more,
            **{f"answer_{id}": value for id, value in values.items()},
        },
        **fields,
    )


def _values(response: Response) -> dict[str, str]:
    return {id: given["value"] for id, given in response.answers.items()}


def _chosen(definition: Definition, answers: Mapping[str, dict]) -> dict[str, list[str]]:
    """Of the questions that have choices."""
    with_choices = (question.id for question in definition.questions if question.options())
    return {id: answers[id]["chosen"] for id in with_choices if id in answers}


def _statement(response: Response, title: str, question: Question, remember: Remember, by: str) -> dict:
    given = response.answers[question.id]
    return {
        "key": remember.key,
        "value": given["value"],
        "kind": Preference.Kind.STATED.value,
        "words": given["words"],
        "question": given["question"],
        "source_kind": SOURCE,
        "source_id": str(response.uid),
        "source_label": title,
        "by": by,
    }
