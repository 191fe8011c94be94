"""What publishing needs of other rooms: topics that exist, designs that compile, surveys that can be answered."""

import contextlib
import ipaddress
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.channels import contents
from campaigns.channels.compile import compile_design
from campaigns.channels.liquid import check, question_keys
from campaigns.journeys import queries
from campaigns.journeys.definition import Definition, Give, Hook, Join, Leave, Send
from campaigns.journeys.webhooks import secrets
from campaigns.surveys.queries import one_taps
from crm.business.queries import business
from crm.contacts.models import Topic
from crm.rules import Problem
from engage.lib import clock
from engage.lib.outward import is_public, place


def problems(definition: Definition) -> list[Problem]:
    """What stands in the way of sending, each at its JSON path. Two queries, one more for webhooks, and one for
    other journeys."""
    topics = set(Topic.objects.values_list("key", flat=True))
    found = {send.id: [*_wrong(send, topics)] for send in definition.all(Send)}
    told = [*_unheard(definition), *_elsewhere(definition)]
    asked = {send.id: question_keys(send.design.body) for send in definition.all(Send) if not found[send.id]}
    surveys = one_taps({key for keys in asked.values() for key in keys})
    for step, keys in asked.items():
        message = _("There is no published survey “{name}” with a question that one tap answers.")
        path = f"$.steps.{step}.design.body"
        found[step] += [Problem(path, message.format(name=key)) for key in keys if key not in surveys]
    return [*told, *(problem for step in found.values() for problem in step)]


def prepare(definition: Definition, *, label: str) -> dict[str, dict[str, int | None]]:
    """Freeze each message to a Content; {step: {"content", "topic"}}. `problems` must have found none."""
    topics = dict(Topic.objects.values_list("key", "pk"))
    with translation.override(business().language):
        return {
            send.id: {"content": _freeze(send, label), "topic": topics[send.topic] if send.topic else None}
            for send in definition.all(Send)
        }


def _unheard(definition: Definition) -> list[Problem]:
    """Webhooks that could not be signed, or go where none may."""
    hooks = list(definition.all(Hook))
    found = [Problem(f"$.steps.{hook.id}.url", message) for hook in hooks if (message := _off_limits(hook.url))]
    if hooks and not secrets.present(at=clock.now()):
        message = _("Make a secret for webhooks first: behind the gear, Developer.")
        found += [Problem(f"$.steps.{hook.id}", message) for hook in hooks]
    return found


def _elsewhere(definition: Definition) -> list[Problem]:
    """What leads to something that does not exist."""
    found = [
        Problem(f"$.steps.{give.id}", _("There are no offers yet: take this step out."))
        for give in definition.all(Give)
    ]
    others: list[Join | Leave] = [*definition.all(Join), *definition.all(Leave)]
    known = {uid for uid, _name in queries.names()} if others else set()
    message = _("There is no such journey, or nobody was ever on it: publish it first.")
    return found + [Problem(f"$.steps.{step.id}.journey", message) for step in others if str(step.journey) not in known]


def _off_limits(url: str) -> str:
    """Names are looked up only when it is sent; an address can be judged now."""
    to = place(url)
    if to and to.host.endswith(".example"):
        return _("This is only an example: say where.")
    if to is None or settings.WEBHOOK_NETWORKS:
        return ""
    if not to.secure:
        return _("This must begin with https://.")
    with contextlib.suppress(ValueError):
        if not is_public(ipaddress.ip_address(to.host)):
            return _("This is an address of a private network: nothing is sent there.")
    return ""


def _wrong(send: Send, topics: set[str]) -> Iterable[Problem]:
    path, design = f"$.steps.{send.id}", send.design
    if send.topic and send.topic not in topics:
        yield Problem(f"{path}.topic", _("There is no topic “{name}”.").format(name=send.topic))
    for part, source, kind in (("subject", design.subject, "subject"), ("body", design.body, design.kind)):
        for found in check(source, kind):
            if not found.warning:
                message = _("Line {line}, column {column}: {message}")
                said = message.format(line=found.line, column=found.column, message=found.message)
                yield Problem(f"{path}.design.{part}", said)


def _freeze(send: Send, label: str) -> int:
    """The key of the immutable content; the same words are kept once."""
    design = send.design
    skeleton = compile_design(design.subject, design.body, design.kind, unsubscribable=send.klass == "marketing")
    return contents.keep(skeleton, label=label)
