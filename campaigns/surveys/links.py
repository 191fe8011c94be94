"""Who a survey page is for: signed links in, signed forms out.

A link in a mail names the message, so the contact; the form that the page then posts names the occasion and the
version it was made from. Nothing that the browser says itself is believed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.conf import settings
from django.urls import reverse

from campaigns.surveys.in_person import LIVES, is_typed
from campaigns.surveys.models import Response, SignUp, Survey, SurveyVersion
from campaigns.surveys.origins import LINK, of_message
from crm.business.models import User
from crm.contacts.models import Contact
from crm.dialogue.links import memory_path, talk_path
from crm.dialogue.models import ChatVisit, Message
from engage.lib import ids, tokens

LINK_LIVES = timedelta(days=400)
FORM_LIVES = timedelta(days=7)
RESUME_LIVES = timedelta(days=30)
"""Until then what was saved page by page waits to be sent."""

CHANGE_LIVES = timedelta(days=1)
PREVIEW_LIVES = timedelta(hours=1)
CONFIRM_LIVES = timedelta(days=7)
_MESSAGE = "message:"
_CHANGED = "~"
"""Behind an occasion and before a number where somebody answers anew."""


BadLink = tokens.BadToken
"""The token was not made here, or for another survey."""


class Expired(Exception):
    """It was ours, but too long ago."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who answers on which occasion, the receiver of `message` or somebody we do not know, and where they came from."""

    occasion: str
    message: Message | None = None
    origin: str = ""
    device: str = ""
    """The site script's id of the browser in which a stranger answers on the owner's site: a claim like each other that
    comes with that id."""
    chat: ChatVisit | None = None
    """The chat in which they answer."""

    @property
    def person(self) -> Contact | None:
        return self.message.contact if self.message else None

    @property
    def typed_by(self) -> User | None:
        """The colleague who asks them in person and types what they say."""
        return self.message.author if self.message and is_typed(self.message) else None

    @property
    def changes(self) -> bool:
        """They answered before, and answer anew."""
        return _CHANGED in self.occasion

    def again(self, latest: str) -> "Visitor":
        """The same person answering anew after the occasion `latest`."""
        base, _mark, number = latest.partition(_CHANGED)
        return Visitor(f"{base}{_CHANGED}{int(number or 0) + 1}", self.message, self.origin)

    @property
    def language(self) -> str:
        return self.person.language if self.person else ""


@dataclass(frozen=True, slots=True)
class Tap:
    """The answer that the link named; both are empty where it names none."""

    question: str = ""
    no: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the form of one page carries. `own` are the pages that were filled in on this device one after the other:
    what stands on others may be somebody else's, and is not shown. `hidden` is what the link brought, `language` is
    that of the page."""

    page: str = ""
    own: tuple[str, ...] = ()
    tap: Tap = Tap()
    hidden: Mapping[str, str] = field(default_factory=dict)
    began: int = 0
    """When the first page was opened, in seconds."""
    language: str = ""


def answer_url(message: UUID | str, survey: str, question: str = "", no: int | str = "") -> str:
    """The address for a mail: the survey's page, with an answer selected where one is named."""
    return settings.PUBLIC_URL + answer_path(message, survey, question, no)


def answer_path(message: UUID | str, survey: str, question: str = "", no: int | str = "") -> str:
    token = tokens.sign("s", str(message), survey, question, no)
    return f"{reverse('answer_survey', args=[survey])}?t={token}"


def page_url(survey: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('answer_survey', args=[survey])}"


def ways_on(occasion: str, person: Contact | None, *, at: datetime) -> dict[str, str]:
    """Where to go from a survey: to a person, who sees the message it came from, and to her own page."""
    if person is None or not occasion.startswith(_MESSAGE):
        return {"talk_url": talk_path(), "memory_url": ""}
    message = base_of(occasion).removeprefix(_MESSAGE)
    return {"talk_url": talk_path(message), "memory_url": memory_path(person.uid, message, at=at)}


def read_link(token: str, survey: Survey, at: datetime) -> tuple[Visitor, Tap]:
    """What a mail's link names. One query. Raises BadLink, Expired."""
    uid, key, question, no = tokens.read_parts("s", token, 4)
    if key != survey.key:
        raise BadLink
    message = _message(uid, at)
    if at - message.at > LINK_LIVES:
        raise Expired
    return Visitor(f"{_MESSAGE}{message.uid}", message, of_message(message)), Tap(question, no)


def stranger(origin: str = LINK) -> Visitor:
    """Somebody on the public page: each opening of it is an occasion of its own."""
    return Visitor(f"page:{ids.uuid7()}", origin=origin)


def base_of(occasion: str) -> str:
    """The occasion on which they answered first."""
    return occasion.partition(_CHANGED)[0]


def sign_form(version: SurveyVersion, visitor: Visitor, sheet: Sheet, at: datetime) -> str:
    message = str(visitor.message.uid) if visitor.message else ""
    made = int(at.timestamp())
    began = sheet.began or made
    said = [
        sheet.page,
        sheet.own,
        sheet.tap.question,
        sheet.tap.no,
        sheet.hidden,
        visitor.origin,
        began,
        sheet.language,
    ]
    carried = orjson.dumps(said).decode()
    return tokens.sign("form", version.survey_id, version.number, visitor.occasion, message, made, carried)


def read_form(token: str, survey: Survey, at: datetime) -> tuple[SurveyVersion, Visitor, Sheet]:
    """The version that was shown, who saw it, and what of it. At most two queries. Raises BadLink, Expired."""
    survey_id, number, occasion, uid, made, carried = tokens.read_parts("form", token, 6)
    if survey_id != str(survey.pk):
        raise BadLink
    if at.timestamp() - int(made) > FORM_LIVES.total_seconds():
        raise Expired
    version = survey.current
    if version is None or version.number != int(number):
        version = SurveyVersion.objects.get(survey=survey, number=number)
        version.survey = survey
    page, own, question, no, hidden, origin, began, *more = orjson.loads(carried)
    sheet = Sheet(page, tuple(own), Tap(question, no), hidden, began, *more)
    return version, Visitor(occasion, _message(uid, at) if uid else None, origin), sheet


def resume_url(response: Response, survey: str, at: datetime) -> str:
    """The address at which what was saved goes on, on whatever device."""
    return f"{page_url(survey)}?r={tokens.sign('resume', str(response.uid), int(at.timestamp()))}"


def read_resume(token: str, survey: Survey, at: datetime) -> tuple[Response, Visitor]:
    """What was saved, and who saved it. At most two queries. Raises BadLink, Expired."""
    uid, made = tokens.read_parts("resume", token, 2)
    if at.timestamp() - int(made) > RESUME_LIVES.total_seconds():
        raise Expired
    response = Response.objects.select_related("version").filter(uid=uid, survey=survey).first()
    if response is None:
        raise Expired
    response.version.survey = survey
    base = base_of(response.occasion)
    message = base.removeprefix(_MESSAGE) if base.startswith(_MESSAGE) else ""
    return response, Visitor(response.occasion, _message(message, at) if message else None, response.origin)


def own_answer_url(response: Response, survey: str, at: datetime) -> str:
    """The address for the mail that asks whether an answer is theirs; good for a week."""
    token = tokens.sign("own", str(response.uid), int(at.timestamp()))
    return settings.PUBLIC_URL + reverse("confirm_answer", args=[survey, token])


def read_own_answer(token: str, survey: Survey, at: datetime) -> Response:
    """What waits to be confirmed, or was. One query. Raises BadLink, Expired."""
    uid, made = tokens.read_parts("own", token, 2)
    found = Response.objects.select_related("version", "survey", "contact").filter(uid=uid, survey=survey).first()
    if found is None:
        raise BadLink
    if found.address and at.timestamp() - int(made) > CONFIRM_LIVES.total_seconds():
        raise Expired
    return found


def sign_change(response: Response, at: datetime) -> str:
    """Lets whoever just answered take back that it is remembered."""
    return tokens.sign("answered", str(response.uid), int(at.timestamp()))


def read_change(token: str, survey: Survey, at: datetime) -> Response:
    """One query. Raises BadLink, Expired."""
    uid, made = tokens.read_parts("answered", token, 2)
    response = Response.objects.select_related("version", "survey", "contact").filter(uid=uid, survey=survey).first()
    if response is None:
        raise BadLink
    if at.timestamp() - int(made) > CHANGE_LIVES.total_seconds():
        raise Expired
    return response


def confirm_url(sign_up: SignUp, survey: str, at: datetime) -> str:
    """The address for the mail that asks whether it was really them; good for a week."""
    token = tokens.sign("confirm", str(sign_up.uid), int(at.timestamp()))
    return settings.PUBLIC_URL + reverse("confirm_sign_up", args=[survey, token])


def read_confirmation(token: str, survey: str, at: datetime) -> tuple[SignUp, bool]:
    """The request that a mail's link confirms, and whether the link is too old to. One query. Raises BadLink."""
    uid, made = tokens.read_parts("confirm", token, 2)
    found = SignUp.objects.select_related("survey", "version", "contact").filter(uid=uid, survey__key=survey).first()
    if found is None or not found.address:
        raise BadLink
    return found, at.timestamp() - int(made) > CONFIRM_LIVES.total_seconds()


def preview_path(survey: Survey, at: datetime) -> str:
    """The draft's page, for an hour. A path only: it is opened from the dashboard."""
    token = tokens.sign("preview", survey.pk, int(at.timestamp()))
    return reverse("preview_survey", args=[survey.key, token])


def read_preview(token: str, survey: Survey, at: datetime) -> None:
    """No query. Raises BadLink, Expired."""
    survey_id, made = tokens.read_parts("preview", token, 2)
    if survey_id != str(survey.pk):
        raise BadLink
    if at.timestamp() - int(made) > PREVIEW_LIVES.total_seconds():
        raise Expired


def _message(uid: str, at: datetime) -> Message:
    found = (
        Message.objects.select_related("contact", "author")
        .filter(uid=uid, direction=Message.Direction.OUT, contact__erased=None)
        .first()
    )
    if found is None:
        raise BadLink
    if is_typed(found) and at - found.at > LIVES:
        raise Expired
    return found
