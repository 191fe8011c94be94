"""An answer that a person should hear: a low score, or words. It comes to the inbox as what they said, once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds.scales import in_words
from campaigns.surveys.asked.questions import TALKS, Question
from campaigns.surveys.models import Response
from crm.business.models import User
from crm.dialogue.actions import say
from crm.dialogue.models import ChatVisit, Conversation, Message
from crm.dialogue.queries import SURVEY, way_to_answer

type Answers = Mapping[str, Mapping[str, Any]]
"""As they are stored."""


class Said(NamedTuple):
    """What stands in the conversation, and what of it is in their own words."""

    text: str
    own: str


def begin_talk(
    response: Response,
    definition: Definition,
    *,
    typed_by: User | None = None,
    chat: ChatVisit | None = None,
    at: datetime,
) -> Conversation | None:
    """Open a conversation, or go on where one is open, if these final answers ask for it. None where they do not, where
    nobody could answer, and where we do not answer this person: their words are kept then, and hold nothing.
    `typed_by` is the colleague who wrote down what they said, and can call them again; `chat` is where they answered.

    Runs in the transaction that made the answers final, which holds them.
    """
    said = what_to_say(definition, response.answers)
    contact = response.contact
    if said is None or contact is None or not (typed_by or chat or way_to_answer(contact.pk, SURVEY)[1]):
        return None
    about = {} if typed_by or chat else _about(response)
    message = say(
        contact=contact,
        recorded_for=response.recorded_for_id,
        text=said.text,
        own=said.own,
        channel=SURVEY,
        subject=definition.title,
        uid=response.uid,
        detail={"response": str(response.uid), "survey": definition.title, **about},
        written_by=typed_by,
        visit=chat,
        at=at,
    )
    return None if message.conversation is None or message.conversation.spam else message.conversation


def talk_of(response: Response, definition: Definition) -> bool:
    """Whether a person was told of these answers. One query, none where no question asks for it."""
    asks = any(question.talk or question.talk_at_most is not None for question in definition.questions)
    return asks and Message.objects.filter(uid=response.uid, direction=Message.Direction.IN).exists()


def what_to_say(definition: Definition, answers: Answers) -> Said | None:
    """The low scores, each below the question as it was worded, and beneath them all that was written. Pure."""
    given = [(one, answers[one.id]) for one in definition.questions if one.id in answers]
    low = [(one, said) for one, said in given if _is_low(one, said)]
    written = [(one, said) for one, said in given if one.type in TALKS]
    if not low and not any(one.talk for one, _said in written):
        return None
    scores = [_paragraph(said, in_words(one, int(said["value"]))) for one, said in low]
    words = [_paragraph(said, said["words"]) for _one, said in written]
    return Said("\n\n".join(scores + words), "\n\n".join(said["words"] for _one, said in written))


def _is_low(question: Question, said: Mapping[str, Any]) -> bool:
    return question.talk_at_most is not None and int(said["value"]) <= question.talk_at_most


def _paragraph(said: Mapping[str, Any], words: str) -> str:
    question = said["question"] or _("Their answer")
    return f"{question}\n{words}"


def _about(response: Response) -> dict[str, str]:
    """The message of ours that asked."""
    kind, _colon, uid = response.occasion.partition(":")
    return {"about": uid} if kind == "message" else {}
