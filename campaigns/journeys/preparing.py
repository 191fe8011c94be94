"""What publishing needs of other rooms: topics that exist, designs that compile, surveys that can be answered."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.channels.compile import compile_design
from campaigns.channels.liquid import check, question_keys
from campaigns.journeys.definition import Definition, Send
from campaigns.surveys.models import Survey
from crm.business.queries import business
from crm.contacts.models import Topic
from crm.dialogue.models import Content
from crm.rules import Problem


def problems(definition: Definition) -> list[Problem]:
    """What stands in the way of sending, each at its JSON path. Two queries."""
    topics = set(Topic.objects.values_list("key", flat=True))
    surveys = set(Survey.objects.filter(state=Survey.State.PUBLISHED).values_list("key", flat=True))
    return [problem for send in definition.sends() for problem in _problems(send, topics, surveys)]


def prepare(definition: Definition, *, label: str) -> dict[str, dict[str, int | None]]:
    """Freeze each message to a Content; {step: {"content", "topic"}}. `problems` must have found none."""
    topics = dict(Topic.objects.values_list("key", "pk"))
    with translation.override(business().language):
        return {
            send.id: {"content": _freeze(send, label), "topic": topics[send.topic] if send.topic else None}
            for send in definition.sends()
        }


def _problems(send: Send, topics: set[str], surveys: set[str]) -> Iterable[Problem]:
    path = f"$.steps.{send.id}"
    if send.topic and send.topic not in topics:
        yield Problem(f"{path}.topic", _("There is no topic “{name}”.").format(name=send.topic))
    design = send.design
    yield from _wrong(design.subject, "subject", f"{path}.design.subject")
    wrong = [*_wrong(design.body, design.kind, f"{path}.design.body")]
    yield from wrong
    for key in () if wrong else question_keys(design.body):
        if key not in surveys:
            yield Problem(f"{path}.design.body", _("There is no published survey “{name}”.").format(name=key))


def _wrong(source: str, kind: str, path: str) -> Iterable[Problem]:
    for found in check(source, kind):
        if not found.warning:
            message = _("Line {line}, column {column}: {message}")
            yield Problem(path, message.format(line=found.line, column=found.column, message=found.message))


def _freeze(send: Send, label: str) -> int:
    """The key of the immutable content; the same words are kept once."""
    design = send.design
    skeleton = compile_design(
        design.subject, design.body, design.kind, unsubscribable=send.klass == "marketing"
    )
    content, _created = Content.objects.get_or_create(
        digest=skeleton.digest, defaults={"skeleton": skeleton.to_json(), "label": label[:200]}
    )
    return content.pk
