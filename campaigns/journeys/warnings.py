"""What does not stop a journey but will leave people out, or go astray: said at its step before it goes live."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from liquid.exceptions import LiquidError

from campaigns.channels import port
from campaigns.channels.liquid import recall_keys
from campaigns.journeys.audience import audience_of
from campaigns.journeys.definition import Definition, Errand, Send
from crm.business.models import User
from crm.business.queries import business
from crm.contacts.models import Topic
from crm.preferences.models import PreferenceKey
from crm.preferences.recall import FRESH_UNTIL, MAY_BE_CITED
from crm.rules import Problem
from crm.segments import asking
from engage.lib import sql

MOST_LOOKED_AT = 2_000
"""Of the people for whom it would have begun within a year: where none of so many fits, hardly anybody does."""


def warnings(definition: Definition, *, at: datetime) -> list[Problem]:
    """Each at the JSON path of its step. Five queries at most, and as many people looked at as MOST_LOOKED_AT."""
    return [*_senders(definition), *_colleagues(definition), *_left_out(definition, at)]


def _senders(definition: Definition) -> Iterator[Problem]:
    """What is not set up for a channel that a message would take."""
    shop = business()
    missing = {name: port.channel(name).missing(shop) for send in definition.all(Send) for name in send.channels}
    for send in definition.all(Send):
        if found := next((missing[name] for name in send.channels if missing[name]), ""):
            yield Problem(f"$.steps.{send.id}.channels", found)


def _colleagues(definition: Definition) -> Iterator[Problem]:
    """Tasks for somebody who is not in the team, or not any more."""
    errands = list(definition.all(Errand))
    if not any(errand.assignee or (errand.escalate and errand.escalate.to) for errand in errands):
        return
    team = {email.lower() for email in User.objects.filter(is_active=True).values_list("email", flat=True)}
    for errand in errands:
        if errand.assignee and errand.assignee.lower() not in team:
            message = _("{name} is not in the team: whoever comes first gets the task.")
            yield Problem(f"$.steps.{errand.id}.assignee", message.format(name=errand.assignee))
        if errand.escalate and errand.escalate.to and errand.escalate.to.lower() not in team:
            message = _("{name} is not in the team: an owner gets the task then.")
            yield Problem(f"$.steps.{errand.id}.escalate.to", message.format(name=errand.escalate.to))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a message needs of people: permission for a topic, or something they told us."""

    send: str
    topic: tuple[tuple[str, ...], str] | None = None
    key: str = ""


def _left_out(definition: Definition, at: datetime) -> Iterator[Problem]:
    """Messages that nobody gave permission for, and citations that nobody has, among those for whom it would have
    begun. Where it would have begun for nobody, nothing can be said."""
    asked = list(_asked(definition))
    if not asked:
        return
    needs = [*dict.fromkeys((one.topic, one.key) for one in asked)]
    people, *fits = _count(definition, needs, at)
    nobody = {need for need, fit in zip(needs, fits, strict=True) if not fit}
    if not people or not nobody:
        return
    topics = dict(Topic.objects.values_list("key", "label"))
    names = dict(PreferenceKey.objects.values_list("key", "label"))
    for one in asked:
        if (one.topic, one.key) in nobody:
            yield _told(one, people, topics, names)


def _asked(definition: Definition) -> Iterator[_Asked]:
    for send in definition.all(Send):
        if send.klass == "marketing" and all(port.channel(name).asks_permission for name in send.channels):
            yield _Asked(send.id, topic=(send.channels, send.topic))
        with contextlib.suppress(LiquidError):  # that it does not compile is said elsewhere
            for key in sorted({*recall_keys(send.design.subject), *recall_keys(send.design.body)}):
                yield _Asked(send.id, key=key)


def _told(one: _Asked, people: int, topics: dict[str, str], names: dict[str, str]) -> Problem:
    if one.topic:
        about = topics.get(one.topic[1], one.topic[1])
        message = ngettext(
            "Nobody gets it: of {n} person for whom it would have begun, none gave permission for {topic}.",
            "Nobody gets it: of {n} people for whom it would have begun, none gave permission for {topic}.",
            people,
        )
        return Problem(f"$.steps.{one.send}.topic", message.format(n=_number(people), topic=about))
    message = ngettext(
        "It quotes “{key}”, which {n} person for whom it would have begun never told us: that part is left out.",
        "It quotes “{key}”, which none of {n} people for whom it would have begun told us: that part is left out.",
        people,
    )
    return Problem(f"$.steps.{one.send}.design", message.format(n=_number(people), key=names.get(one.key, one.key)))


def _number(people: int) -> str:
    return _("{n} and more").format(n=people) if people >= MOST_LOOKED_AT else str(people)


def _count(
    definition: Definition, asked: list[tuple[tuple[tuple[str, ...], str] | None, str]], at: datetime
) -> list[int]:
    """How many people were looked at, and how many of them fit each. One query."""
    audience, values = asking.where(audience_of(definition.trigger), at=at)
    columns, given = [], list[Any]()
    for topic, key in asked:
        columns.append(f"count(*) FILTER (WHERE {_PERMITTED if topic else _HAS})")
        given += [list(topic[0]), topic[1]] if topic else [key, at, at]
    looked_at = f"SELECT c.id FROM crm_contacts_contact AS c WHERE {audience} LIMIT %s"  # noqa: S608 compiled; its values stand beside it
    counting = f"SELECT count(*), {', '.join(columns)} FROM ({looked_at}) AS c"  # noqa: S608 ours
    (row,) = sql.rows(counting, [*given, *values, MOST_LOOKED_AT])
    return list(row)


_PERMITTED = """
    EXISTS (SELECT FROM unnest(%s::text[]) AS by(channel) WHERE (
        SELECT s.state FROM crm_contacts_consent AS s JOIN crm_contacts_topic AS t ON t.id = s.topic_id
        WHERE s.contact_id = c.id AND s.channel = by.channel AND t.key = %s ORDER BY s.at DESC, s.id DESC LIMIT 1
    ) = 'granted')
"""

_HAS = f"""
    EXISTS (SELECT FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
            WHERE p.contact_id = c.id AND k.key = %s AND {MAY_BE_CITED} AND p.at <= %s AND {FRESH_UNTIL} > %s)
"""
