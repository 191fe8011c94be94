"""Writes on surveys: making, publishing and closing them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.surveys.asked.arranging import named
from campaigns.surveys.asked.checks import lacking_for
from campaigns.surveys.asked.definition import BadDefinition, Definition, Problem
from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import AnswerHook, Survey, SurveyVersion
from crm.preferences.models import PreferenceKey
from crm.preferences.queries import keys_by_label
from engage.lib.keys import free_key
from engage.lib.outward import place


def create(*, definition: Definition, by: str, at: datetime, key: str = "") -> Survey:
    """A draft. Its key, which stands in links and designs, is made from the title and never changes."""
    key = key or free_key(definition.title, taken=set(Survey.objects.values_list("key", flat=True)), fallback="survey")
    return Survey.objects.create(key=key, title=definition.title, draft=definition.to_json(), created=at, created_by=by)


def publish(*, survey: Survey, by: str, at: datetime) -> SurveyVersion:
    """Freeze the draft as the next version; its preference keys are made or told whether they may be cited.

    An unchanged draft makes no new version. Raises BadDefinition.
    """
    with transaction.atomic():
        fresh = Survey.objects.select_for_update(of=["self"]).select_related("current").get(pk=survey.pk)
        versions = list(fresh.versions.order_by("number"))
        definition = parse(
            fresh.draft | {"questions": named(fresh.draft.get("questions", []), _ids(versions), keys_by_label())}
        )
        if problems := lacking_for(fresh, definition) + _changed_kinds(definition, versions):
            raise BadDefinition(problems)
        if fresh.current is None or parse(fresh.current.definition) != definition:
            number = versions[-1].number + 1 if versions else 1
            fresh.current = SurveyVersion.objects.create(
                survey=fresh, number=number, definition=definition.to_json(), published=at, published_by=by
            )
            _define_keys(definition)
        if parse(fresh.draft) != definition:
            fresh.former.all().delete()  # its questions had no names yet
            fresh.draft, fresh.revision = definition.to_json(), fresh.revision + 1
        fresh.state = Survey.State.PUBLISHED
        fresh.changed, fresh.changed_by = at, by
        fresh.save(update_fields=["current", "draft", "revision", "state", "changed", "changed_by"])
        return fresh.current


def close(*, survey: Survey, by: str, at: datetime) -> None:
    """Take no more answers; the page says so. `publish` opens it again."""
    Survey.objects.filter(pk=survey.pk, state=Survey.State.PUBLISHED).update(
        state=Survey.State.CLOSED, changed=at, changed_by=by
    )


def _ids(versions: list[SurveyVersion]) -> set[str]:
    return {one.id for version in versions for one in parse(version.definition).questions}


def _changed_kinds(definition: Definition, versions: list[SurveyVersion]) -> list[Problem]:
    """A question that means something else is another question: earlier answers must stay comparable."""
    kinds = {q.id: q.type for version in versions for q in parse(version.definition).questions}
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
                key=question.remember.key, defaults=said, create_defaults={**said, "type": kind_of(question).memory}
            )


def name_webhook(*, survey: Survey, url: str, by: str, at: datetime) -> bool:
    """Tell the system at `url` of each final answer from now on; '' tells none. False where it is no address."""
    if url and place(url) is None:
        return False
    with transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(webhook=url, changed=at, changed_by=by[:120])
        AnswerHook.objects.filter(response__survey=survey, state=AnswerHook.State.WAITING).exclude(url=url).delete()
    return True
