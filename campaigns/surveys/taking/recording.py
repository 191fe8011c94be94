"""Taking answers: provisional by a tap, page by page, and final exactly once."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import Question
from campaigns.surveys.confirming.signing import STREAM, ask
from campaigns.surveys.limits.limiting import NotAgain, admit
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Photo, Response, SurveyVersion
from campaigns.surveys.results import counting
from campaigns.surveys.taking import afterwards
from campaigns.surveys.taking.answers import stored
from campaigns.surveys.taking.facts import SOURCE, answered, screened_out
from campaigns.surveys.taking.talking import begin_talk
from campaigns.surveys.taking.visitors import meet
from crm.contacts.actions import hold
from crm.events.actions import derive
from crm.preferences.actions import forget
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import ids, live, sql
from engage.lib.patience import patient


class Occasion(NamedTuple):
    """What is answered, by whom, and when. `wordings` are questions as they were shown where they differ from what
    their author wrote."""

    version: SurveyVersion
    visitor: Visitor
    at: datetime
    wordings: Mapping[str, str] = {}
    language: str = ""


def note_tap(*, version: SurveyVersion, visitor: Visitor, answers: Mapping[str, Answer], at: datetime) -> None:
    """A link with an answer was opened. Perhaps by a machine: it counts nowhere and is never remembered. One statement.

    A later tap replaces it; what was confirmed, or saved by a page, stays as it is.
    """
    if visitor.message is None:
        return
    sql.run(
        """
        INSERT INTO campaigns_surveys_response
            (uid, survey_id, version_id, contact_id, recorded_for_id, origin, state, answers, occasion, started)
        VALUES (%s, %s, %s, %s, %s, %s, 'provisional', %s, %s, %s)
        ON CONFLICT (survey_id, occasion) DO UPDATE SET answers = excluded.answers, version_id = excluded.version_id
        WHERE campaigns_surveys_response.state = 'provisional'
        """,
        [*_identity(version, visitor), _json(parse(version.definition), answers, {}), visitor.occasion, at],
    )


def save_page(occasion: Occasion, answers: Mapping[str, Answer], *, emptied: list[str], page: str) -> Response | None:
    """Keep what one page said, and which page comes next: nothing of it counts yet, and a stranger is nobody yet.

    What stands there already is kept but for the `emptied` questions. None if it was answered before.
    """
    with transaction.atomic():
        found = sql.rows(
            """
            INSERT INTO campaigns_surveys_response
                (uid, survey_id, version_id, contact_id, recorded_for_id, origin, state, answers, occasion, started,
                page, language)
            VALUES (%(uid)s, %(survey)s, %(version)s, %(contact)s, %(for)s, %(origin)s, 'begun', %(answers)s,
                %(occasion)s, %(at)s, %(page)s, %(language)s)
            ON CONFLICT (survey_id, occasion) DO UPDATE SET state = 'begun', version_id = excluded.version_id,
                page = excluded.page, language = excluded.language,
                answers = CASE campaigns_surveys_response.state WHEN 'begun'
                THEN (campaigns_surveys_response.answers - %(emptied)s::text[]) || excluded.answers
                ELSE excluded.answers END
            WHERE campaigns_surveys_response.state IN ('provisional', 'begun')
            RETURNING id
            """,
            {
                **dict(zip(_WHO, _identity(occasion.version, occasion.visitor), strict=True)),
                "answers": _json(parse(occasion.version.definition), answers, occasion.wordings),
                "emptied": emptied,
                "occasion": occasion.visitor.occasion,
                "at": occasion.at,
                "page": page,
                "language": occasion.language,
            },
        )
        if not found:
            return None
        response = Response.objects.get(pk=found[0][0])
        _keep_photos(response, answers, occasion.at)
        return response


def keep_from_memory(*, response: Response, question: str) -> None:
    """Her "Don't" before she has sent it: this answer is counted and not remembered."""
    sql.run(
        """
        UPDATE campaigns_surveys_response SET answers = jsonb_set(answers, ARRAY[%s, 'declined'], 'true')
        WHERE id = %s AND state = 'begun' AND answers ? %s
        """,
        [question, response.pk, question],
    )


def screen_out(occasion: Occasion, answers: Mapping[str, Answer]) -> bool:
    """End it for whoever is not asked: counted apart, remembered as nothing. Of whom we know it is an event.
    Whether it was not answered before."""
    visitor = occasion.visitor
    with transaction.atomic():
        if visitor.message:
            hold(contacts=[visitor.message.contact_id])
        response = set_apart(occasion, answers, Response.State.SCREENED)
        if response is None:
            return False
        ended = Response.objects.select_related("survey", "version").get(pk=response.pk)
        if ended.contact_id is not None:
            fact = screened_out(ended, parse(occasion.version.definition))
            derive([fact], source="form", cause=visitor.occasion)
        return True


def set_apart(
    occasion: Occasion, answers: Mapping[str, Answer], state: Response.State, **fields: Any
) -> Response | None:
    """End it with answers that do not count and are not remembered; None if it was answered before."""
    with transaction.atomic():
        response = save_page(occasion, answers, emptied=[], page="")
        if response is None:
            return None
        ended = Response.objects.filter(pk=response.pk, state=Response.State.BEGUN)
        return response if ended.update(state=state, finished=occasion.at, **fields) else None


@patient
def answer(
    *,
    version: SurveyVersion,
    visitor: Visitor,
    answers: Mapping[str, Answer],
    at: datetime,
    wordings: Mapping[str, str] | None = None,
    declined: frozenset[str] = frozenset(),
    network_address: str | None = None,
    language: str = "",
    once: str = "",
    began: datetime | None = None,
    unkept: frozenset[str] = frozenset(),
) -> Response | None:
    """Make the answers of an occasion final, and tell the listening belt, which remembers them but for the `declined`.
    `began` is when their first page was opened.

    Whoever asks to be written to is sent the link that confirms it, in `language` unless we know a better one.
    What is `unkept` is not remembered either, and takes nothing out of memory. `once` names whoever has proved to
    answer, where each may answer once.
    Returns None if this occasion was answered before, by however many requests at once, or if they answered before and
    may not again: nothing is written then. Raises Full.
    """
    definition = parse(version.definition)
    with transaction.atomic():
        met = meet(visitor, answers, definition, at=at, language=language)
        try:
            is_changed = admit(version.survey_id, visitor, met.who.contact, answers, once=once)
        except NotAgain:
            transaction.set_rollback(True)
            return None
        kept = _kept(definition, answers, wordings or {})
        found = sql.rows(
            _FINAL,
            [
                *(ids.uuid7(), version.survey_id, version.pk, *met.who, visitor.origin),
                *(sql.document(kept), visitor.occasion, began or at, at, once, language or visitor.language),
                *counting.counted(definition, kept, began=began, at=at),
            ],
        )
        if not found:
            transaction.set_rollback(True)
            return None
        response = Response.objects.select_related("survey", "version", "contact").get(pk=found[0][0])
        _keep_photos(response, answers, at)
        from_here = partial(ask, network_address=network_address, language=language, origin=visitor.origin)
        from_here(met=met, version=version, at=at)
        _tell(response, definition, visitor, declined, unkept, is_changed, at)
        return response


def _tell(
    response: Response,
    definition: Definition,
    visitor: Visitor,
    declined: frozenset[str],
    unkept: frozenset[str],
    is_changed: bool,
    at: datetime,
) -> None:
    """The inbox, where a person should hear of it; the listening belt; rooms above; and the pages."""
    talk = begin_talk(response, definition, typed_by=visitor.typed_by, chat=visitor.chat, at=at)
    fact = answered(response, definition, declined | unkept, talk, typed_by=visitor.typed_by, is_changed=is_changed)
    derive([fact], source="form", cause=visitor.occasion)
    for id in declined & set(response.answers):
        if question := definition.question(id):
            decline(response=response, question=question, by="customer", at=at)
    afterwards.tell(response)
    live.publish(STREAM, {"survey": response.survey_id})


def decline(*, response: Response, question: Question, by: str, at: datetime) -> None:
    """Her "Don't": nothing is remembered under the key of this answer, whether or not the belt was here before.

    Where it was not, a forgotten statement takes the place of the one to come: there is one per source. Idempotent.
    """
    if question.remember is None or response.contact_id is None or response.recorded_for_id is None:
        return
    with transaction.atomic():
        contact = hold(contacts=[response.contact_id]).present[response.contact_id]
        label = {"label": question.remember.label}
        key, _made = PreferenceKey.objects.get_or_create(key=question.remember.key, defaults=label)
        Preference.objects.bulk_create(
            [
                Preference(
                    contact_id=contact,
                    recorded_for_id=response.recorded_for_id,
                    key=key,
                    value="",
                    kind=Preference.Kind.STATED,
                    rank=Preference.Rank.STATED,
                    source_kind=SOURCE,
                    source_id=str(response.uid),
                    by=by,
                    at=at,
                    state=Preference.State.FORGOTTEN,
                    ended=at,
                )
            ],
            ignore_conflicts=True,
        )
        if standing := Preference.objects.filter(contact=contact, key=key).exclude(state="forgotten").first():
            forget(standing, by=by, at=at)


_FINAL = """
    INSERT INTO campaigns_surveys_response
        (uid, survey_id, version_id, contact_id, recorded_for_id, origin, state, answers, occasion, started,
        finished, once, language, day, marks)
    VALUES (%s, %s, %s, %s, %s, %s, 'final', %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (survey_id, occasion) DO UPDATE SET state = 'final', answers = excluded.answers,
        language = excluded.language, day = excluded.day, marks = excluded.marks,
        version_id = excluded.version_id, contact_id = excluded.contact_id,
        recorded_for_id = COALESCE(campaigns_surveys_response.recorded_for_id, excluded.recorded_for_id),
        finished = excluded.finished, once = excluded.once, address = ''
    WHERE campaigns_surveys_response.state IN ('provisional', 'begun')
    RETURNING id
"""
_WHO = ("uid", "survey", "version", "contact", "for", "origin")


def _identity(version: SurveyVersion, visitor: Visitor) -> tuple:
    message = visitor.message
    who = (message.contact_id, message.recorded_for_id) if message else (None, None)
    return ids.uuid7(), version.survey_id, version.pk, *who, visitor.origin


def _json(definition: Definition, answers: Mapping[str, Answer], wordings: Mapping[str, str]) -> str:
    return sql.document(_kept(definition, answers, wordings))


def _kept(definition: Definition, answers: Mapping[str, Answer], wordings: Mapping[str, str]) -> dict[str, Any]:
    return stored(definition.questions, answers, lambda one: wordings.get(one.id, one.text))


def _keep_photos(response: Response, answers: Mapping[str, Answer], at: datetime) -> None:
    """Those that came now; those that they took the place of go."""
    came = {id: (given.value, *given.photo) for id, given in answers.items() if given.photo}
    if came:
        response.photos.filter(question__in=list(came)).delete()
    for id, (uid, data, kind) in came.items():
        Photo.objects.create(uid=uid, response=response, question=id, kind=kind, data=data, at=at)
