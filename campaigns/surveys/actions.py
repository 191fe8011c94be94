"""Writes on surveys: making and publishing them, and taking answers exactly once."""

from collections.abc import Mapping
from datetime import datetime

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.surveys import definition as definitions
from campaigns.surveys.answers import Answer
from campaigns.surveys.definition import BadDefinition, Definition, Problem, Question, Remember, Type
from campaigns.surveys.keys import free_key
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Response, Survey, SurveyVersion
from campaigns.surveys.signing import STREAM, ask
from campaigns.surveys.visitors import meet
from crm.contacts.actions import hold
from crm.events.actions import Fact, derive
from crm.preferences.actions import forget
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import ids, live, sql

EVENT = "Survey Answered"
SOURCE = "survey"

_KINDS = {
    Type.ONE_OF: PreferenceKey.Type.CHOICE,
    Type.SEVERAL_OF: PreferenceKey.Type.TEXT,
    Type.STARS: PreferenceKey.Type.NUMBER,
    Type.YES_NO: PreferenceKey.Type.BOOLEAN,
    Type.TEXT: PreferenceKey.Type.TEXT,
}


def create(*, definition: Definition, by: str, at: datetime, key: str = "") -> Survey:
    """A draft. Its key, which stands in links and designs, is made from the title and never changes."""
    key = key or free_key(definition.title, taken=set(Survey.objects.values_list("key", flat=True)))
    return Survey.objects.create(key=key, title=definition.title, draft=definition.to_json(), created=at, created_by=by)


def save_draft(*, survey: Survey, definition: Definition, by: str, at: datetime) -> None:
    """Change what will be published next; what is published stays as it is."""
    Survey.objects.filter(pk=survey.pk).update(
        title=definition.title, draft=definition.to_json(), changed=at, changed_by=by
    )


def publish(*, survey: Survey, by: str, at: datetime) -> SurveyVersion:
    """Freeze the draft as the next version; its preference keys are made or told whether they may be cited.

    An unchanged draft makes no new version. Raises BadDefinition.
    """
    with transaction.atomic():
        fresh = Survey.objects.select_for_update(of=["self"]).select_related("current").get(pk=survey.pk)
        definition = definitions.parse(fresh.draft)
        versions = list(fresh.versions.order_by("number"))
        if problems := definitions.publishable(definition) + _changed_kinds(definition, versions):
            raise BadDefinition(problems)
        if fresh.current is None or definitions.parse(fresh.current.definition) != definition:
            number = versions[-1].number + 1 if versions else 1
            fresh.current = SurveyVersion.objects.create(
                survey=fresh, number=number, definition=definition.to_json(), published=at, published_by=by
            )
            _define_keys(definition)
        fresh.state = Survey.State.PUBLISHED
        fresh.changed, fresh.changed_by = at, by
        fresh.save(update_fields=["current", "state", "changed", "changed_by"])
        return fresh.current


def close(*, survey: Survey, by: str, at: datetime) -> None:
    """Take no more answers; the page says so. `publish` opens it again."""
    Survey.objects.filter(pk=survey.pk, state=Survey.State.PUBLISHED).update(
        state=Survey.State.CLOSED, changed=at, changed_by=by
    )


def note_tap(*, version: SurveyVersion, visitor: Visitor, answers: Mapping[str, Answer], at: datetime) -> None:
    """A link with an answer was opened. Perhaps by a machine: it counts nowhere and is never remembered. One statement.

    A later tap replaces it; an answer that was confirmed stays as it is.
    """
    if visitor.message is None:
        return
    sql.run(
        """
        INSERT INTO campaigns_surveys_response
            (uid, survey_id, version_id, contact_id, recorded_for_id, state, answers, occasion, started)
        VALUES (%s, %s, %s, %s, %s, 'provisional', %s, %s, %s)
        ON CONFLICT (survey_id, occasion) DO UPDATE SET answers = excluded.answers, version_id = excluded.version_id
        WHERE campaigns_surveys_response.state = 'provisional'
        """,
        [*_identity(version, visitor), _kept(version, answers), visitor.occasion, at],
    )


def answer(
    *,
    version: SurveyVersion,
    visitor: Visitor,
    answers: Mapping[str, Answer],
    at: datetime,
    network_address: str | None = None,
    language: str = "",
) -> Response | None:
    """Make the answers of an occasion final, and tell the listening belt, which remembers them.

    Whoever asks to be written to is sent the link that confirms it, in `language` unless we know a better one.
    Returns None if this occasion was answered before, by however many requests at once: nothing is written then.
    """
    with transaction.atomic():
        definition = definitions.parse(version.definition)
        met = meet(visitor, answers, definition, at=at, language=language)
        found = sql.rows(
            """
            INSERT INTO campaigns_surveys_response
                (uid, survey_id, version_id, contact_id, recorded_for_id, state, answers, occasion, started, finished)
            VALUES (%s, %s, %s, %s, %s, 'final', %s, %s, %s, %s)
            ON CONFLICT (survey_id, occasion) DO UPDATE SET state = 'final', answers = excluded.answers,
                version_id = excluded.version_id, contact_id = excluded.contact_id, finished = excluded.finished
            WHERE campaigns_surveys_response.state = 'provisional'
            RETURNING id
            """,
            [
                *(ids.uuid7(), version.survey_id, version.pk, *met.who),
                *(_kept(version, answers), visitor.occasion, at, at),
            ],
        )
        if not found:
            transaction.set_rollback(True)
            return None
        response = Response.objects.select_related("survey", "version", "contact").get(pk=found[0][0])
        ask(met=met, version=version, network_address=network_address, language=language, at=at)
        derive([_fact(response)], source="form", cause=visitor.occasion)
        live.publish(STREAM, {"survey": response.survey_id})
        return response


def decline(*, response: Response, question: Question, by: str, at: datetime) -> None:
    """Her "Don't": nothing is remembered under the key of this answer, whether or not the belt was here before.

    Where it was not, a forgotten statement takes the place of the one to come: there is one per source. Idempotent.
    """
    if question.remember is None:
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


def _identity(version: SurveyVersion, visitor: Visitor) -> tuple:
    assert visitor.message is not None
    return ids.uuid7(), version.survey_id, version.pk, visitor.message.contact_id, visitor.message.recorded_for_id


def _kept(version: SurveyVersion, answers: Mapping[str, Answer]) -> str:
    """Answers as they are stored: with the wording of the question that was shown. An address to write to stands with
    the request, which forgets it."""
    definition = definitions.parse(version.definition)
    kept = {
        question.id: {
            "value": given.value,
            "words": given.words,
            "chosen": list(given.chosen),
            "question": question.text,
        }
        for question in definition.questions
        if question.type is not Type.PERMISSION and (given := answers.get(question.id))
    }
    return orjson.dumps(kept).decode()


def _fact(response: Response) -> Fact:
    """`answers` holds the values by question id, `chosen` the numbers of the choices; triggers may ask for each value
    as `answer_<id>`."""
    definition = definitions.parse(response.version.definition)
    values = {id: given["value"] for id, given in response.answers.items()}
    assert response.finished is not None
    return Fact(
        contact=response.contact_id,
        recorded_for=response.recorded_for_id,
        name=EVENT,
        at=response.finished,
        message_id=f"survey:{response.uid}",
        properties={
            "survey": response.survey.key,
            "title": definition.title,
            "version": response.version.number,
            "response": str(response.uid),
            "answers": values,
            "chosen": _chosen(definition, response.answers),
            **{f"answer_{id}": value for id, value in values.items()},
        },
        remember=[
            _statement(response, definition.title, question, question.remember)
            for question in definition.questions
            if question.remember and question.id in response.answers
        ],
        found_us=next((values[q.id] for q in definition.questions if q.found_us and values.get(q.id)), ""),
    )


def _chosen(definition: Definition, answers: Mapping[str, dict]) -> dict[str, list[str]]:
    """Of the questions that have choices."""
    with_choices = (question.id for question in definition.questions if question.options())
    return {id: answers[id]["chosen"] for id in with_choices if id in answers}


def _statement(response: Response, title: str, question: Question, remember: Remember) -> dict:
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
        "by": "customer",
    }


def _changed_kinds(definition: Definition, versions: list[SurveyVersion]) -> list[Problem]:
    """A question that means something else is another question: earlier answers must stay comparable."""
    kinds = {q.id: q.type for version in versions for q in definitions.parse(version.definition).questions}
    return [
        Problem(f"questions.{index}.type", _("People answered this as another kind of question: ask a new one."))
        for index, question in enumerate(definition.questions)
        if kinds.get(question.id, question.type) != question.type
    ]


def _define_keys(definition: Definition) -> None:
    for question in definition.questions:
        if question.remember:
            said = {"label": question.remember.label, "citable": question.remember.citable}
            PreferenceKey.objects.update_or_create(
                key=question.remember.key, defaults=said, create_defaults={**said, "type": _KINDS[question.type]}
            )
