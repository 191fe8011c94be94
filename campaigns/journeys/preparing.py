"""What publishing needs of other rooms: topics that exist, designs that compile, surveys that can be answered."""

import contextlib
import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.channels import contents, port
from campaigns.channels.compile import compile_design, compile_words
from campaigns.channels.lengths import too_long
from campaigns.channels.liquid import check, question_keys
from campaigns.channels.skeleton import Skeleton
from campaigns.channels.webhook import secrets
from campaigns.designs import checks, compiling
from campaigns.designs.queries import choose, in_language, look
from campaigns.journeys import queries
from campaigns.journeys.definition import Definition, Give, Hook, Join, Leave, Named, Send
from campaigns.journeys.offering import without_offer
from campaigns.offers.models import Offer
from campaigns.surveys.queries import one_taps
from crm.business.queries import business
from crm.contacts.models import Topic
from crm.rules import Problem
from engage.lib import clock
from engage.lib.outward import is_public, place
from engage.lib.spoken import speak


def problems(definition: Definition) -> list[Problem]:
    """What stands in the way of sending, each at its JSON path. Two queries, one more for webhooks, and one for
    other journeys."""
    topics = set(Topic.objects.values_list("key", flat=True))
    found = {send.id: [*_wrong(send, topics)] for send in definition.all(Send)}
    told = [*_unheard(definition), *_elsewhere(definition)]
    asked = {send.id: question_keys(send.design.body) for send in definition.all(Send) if not found[send.id]}
    surveys = one_taps({key for keys in asked.values() for key in keys})
    named = {send.id for send in definition.all(Send) if send.design.named}
    for step, keys in asked.items():
        message = _("There is no published survey “{name}” with a question that one tap answers.")
        path = f"$.steps.{step}.design" if step in named else f"$.steps.{step}.design.body"
        found[step] += [Problem(path, message.format(name=key)) for key in keys if key not in surveys]
    return [*told, *(problem for step in found.values() for problem in step)]


def prepare(definition: Definition, *, label: str) -> dict[str, dict[str, Any]]:
    """Freeze each message to a Content for each of its channels; {step: {"content", "topic", "routes", "languages"}},
    where the content is that of the first channel, and there are `routes` where there are several. Of a design in
    several languages that is the one for all others, and `languages` has content and routes of each. `problems` must
    have found none."""
    topics = dict(Topic.objects.values_list("key", "pk"))
    with speak(business().language):
        return {
            send.id: _frozen(send, label) | {"topic": topics[send.topic] if send.topic else None}
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
    found = [*_offers(definition)]
    others: list[Join | Leave] = [*definition.all(Join), *definition.all(Leave)]
    known = {uid for uid, _name in queries.names()} if others else set()
    message = _("There is no such journey, or nobody was ever on it: publish it first.")
    return found + [Problem(f"$.steps.{step.id}.journey", message) for step in others if str(step.journey) not in known]


def _offers(definition: Definition) -> Iterable[Problem]:
    """What cannot be given, and messages that speak of what was not. One query, none where nothing is given."""
    for send in without_offer(definition):
        message = _("It speaks of an offer, and no step before it gives one.")
        yield Problem(f"$.steps.{send.id}.design", message)
    gives = list(definition.all(Give))
    known = {one.key: one for one in Offer.objects.filter(key__in=[give.offer for give in gives])} if gives else {}
    for give in gives:
        offer = known.get(give.offer)
        if offer is None:
            yield Problem(f"$.steps.{give.id}.offer", _("There is no offer “{name}”.").format(name=give.offer))
        elif offer.is_over(clock.now()):
            message = _("“{name}” is given no more: choose another, or let it go on.")
            yield Problem(f"$.steps.{give.id}.offer", message.format(name=offer))


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
    if design.named:
        yield from _wrong_in_design(send, design.named)
        return
    for part, source, kind in (
        ("subject", design.subject, "subject"),
        ("body", design.body, design.kind),
        ("words", design.words, "letter"),
    ):
        for found in check(source, kind):
            if not found.warning:
                message = _("Line {line}, column {column}: {message}")
                said = message.format(line=found.line, column=found.column, message=found.message)
                yield Problem(f"{path}.design.{part}", said)
    words, marketing = design.words or design.body, send.klass == "marketing"
    for name in send.channels:
        if said := too_long(name, title=design.subject, body=words, unsubscribable=marketing):
            yield Problem(f"{path}.design.{'words' if design.words else 'body'}", said)


def _wrong_in_design(send: Send, named: Named) -> Iterable[Problem]:
    shop, marketing = business(), send.klass == "marketing"
    for found in checks.check(named.kind, named.by_language(), look(shop), shop, unsubscribable=marketing):
        if found.stops:
            message = _("{language}: {message}").format(language=found.language, message=found.message)
            yield Problem(f"$.steps.{send.id}.design", message)
    for content in named.by_language().values():
        words = send.design.words or content["body"].get("text", "")
        for name in send.channels:
            if said := too_long(name, title=content["subject"], body=words, unsubscribable=marketing):
                yield Problem(f"$.steps.{send.id}.design", said)


def _frozen(send: Send, label: str) -> dict[str, Any]:
    """Keys of immutable contents; the same words are kept once."""
    named = send.design.named
    if named is None:
        return _routes(send, label, "")
    by_language = {language: _routes(send, label, language) for language in named.by_language()}
    several = {"languages": by_language} if len(by_language) > 1 else {}
    return by_language[named.language] | several


def _routes(send: Send, label: str, language: str) -> dict[str, Any]:
    routes = [(name, contents.keep(skeleton_of(send, name, language), label=label)) for name in send.channels]
    return {"content": routes[0][1]} | ({"routes": routes} if len(routes) > 1 else {})


def said_in(send: Send, prepared: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Content and routes for somebody who reads this language. Pure."""
    if "languages" not in prepared or send.design.named is None:
        return prepared
    return in_language(prepared["languages"], language, send.design.named.language)


def skeleton_of(send: Send, channel: str, language: str = "") -> Skeleton:
    """The message as this channel shows it. In the active language; of a design that is named, in the one of its
    languages that comes nearest to `language`. Raises LiquidError and BadMarkup."""
    by, design, marketing = port.channel(channel), send.design, send.klass == "marketing"
    if design.named:
        return _of_named(send, design.named, by, language)
    if by.rich:
        return compile_design(design.subject, design.body, design.kind, unsubscribable=marketing)
    ending = by.ending(unsubscribable=marketing)
    return compile_words(design.subject, design.words or design.body, ending=ending)


def _of_named(send: Send, named: Named, by: port.Channel, wanted: str) -> Skeleton:
    found, marketing = named.by_language(), send.klass == "marketing"
    language = choose(found, wanted, named.language)
    content = found[language]
    if by.rich:
        return compiling.skeleton(named.kind, content, look(business()), language=language, unsubscribable=marketing)
    return compiling.words(content, by, language=language, unsubscribable=marketing, text=send.design.words)
