"""The stages of the walking belt that carry out what was decided: messages, memories, tasks. Each once for its
enrolment and visit, because they share the transaction in which the enrolment moves."""

from datetime import datetime
from typing import Any

from campaigns.journeys.asking import remembered
from campaigns.journeys.chunk import Chunk
from campaigns.journeys.compiled import Version, origin
from campaigns.journeys.definition import Errand, How, OnHold, Remember, Send
from campaigns.journeys.due import Walker
from campaigns.journeys.offering import Words, offers_to_tell
from campaigns.journeys.preparing import said_in
from crm.dialogue.actions import ON_CLOSING, Assignment, Draft, assign_tasks, queue
from crm.dialogue.merging import ON_HOLD
from crm.preferences.actions import Statement
from crm.preferences.actions import remember as remember_statements


def speak(chunk: Chunk, *, at: datetime) -> None:
    """Queue the messages. Two statements, and two where they may speak of an offer given before."""
    offers = offers_to_tell(chunk)
    queue([_draft(*done, offers.get((done[0].enrolment, done[3]))) for done in chunk.does(Send)], at=at)


def remember(chunk: Chunk, *, at: datetime) -> None:
    """Note what the journey noticed: five statements at most, none where there is nothing."""
    asked = list(chunk.does(Remember))
    if not asked:
        return
    known = remembered({walker.contact for walker, *_ in asked}, {step.key for _, _, step, _ in asked})
    statements = []
    for walker, version, step, visit in asked:
        before = known.get((walker.contact, step.key))
        value = changed(step, before)
        known[walker.contact, step.key] = value
        if step.how is not How.REMOVE or value != before:
            statements.append(_statement(walker, version, step, visit, value, at))
    remember_statements(statements, at=at)


def hand_out(chunk: Chunk, *, at: datetime) -> None:
    """Give colleagues their tasks. Three statements at most, none where there is nothing."""
    assign_tasks([_assignment(walker, version, step, at) for walker, version, step, _ in chunk.does(Errand)], at=at)


def changed(step: Remember, known: Any) -> Any:
    """What is remembered afterwards, `known` being what was: a list gains or loses a text, a number gains points."""
    match step.how:
        case How.SET:
            return step.value
        case How.PLUS:
            counted = isinstance(known, int | float) and not isinstance(known, bool)
            return (known if counted else 0) + int(step.value)
        case How.ADD:
            return [*dict.fromkeys([*_listed(known), step.value])]
        case How.REMOVE:
            left = [one for one in _listed(known) if one != step.value]
            return left if left != _listed(known) else known


def _listed(known: Any) -> list[Any]:
    return known if isinstance(known, list) else [known] if known is not None else []


def _statement(walker: Walker, version: Version, step: Remember, visit: int, value: Any, at: datetime) -> Statement:
    return Statement(
        contact=walker.contact,
        recorded_for=walker.recorded_for,
        key=step.key,
        value=value,
        clears=value == [],
        kind="observed",
        at=at,
        source_kind="journey",
        source_id=f"{walker.uid}:{visit}",
        source_label=version.name,
        by=version.name,
    )


def _assignment(walker: Walker, version: Version, step: Errand, at: datetime) -> Assignment:
    due, escalate = at + step.within, step.escalate
    return Assignment(
        contact=walker.contact,
        recorded_for=walker.recorded_for,
        kind=step.task,
        text=step.text,
        due=due,
        assignee=step.assignee,
        by=version.name,
        escalate_at=due + escalate.after if escalate else None,
        escalate_to=escalate.to if escalate else "",
    )


def _draft(walker: Walker, version: Version, step: Send, visit: int, offer: Words | None) -> Draft:
    prepared = version.prepared[step.id]
    said = said_in(step, prepared, walker.language)
    variables: dict = {"event": {key: walker.event.get(key) for key in ("name", "at", "properties")}}
    if offer:
        variables["offer"] = offer
    if step.on_hold is not OnHold.WAIT:
        variables[ON_HOLD] = step.on_hold.value
    if walker.is_heard:
        variables[ON_CLOSING] = "drop"
    return Draft(
        contact=walker.contact,
        recorded_for=walker.recorded_for,
        klass=step.klass,
        channel=step.channels[0],
        topic=prepared["topic"],
        content=said["content"],
        routes=said.get("routes", ()),
        origin=origin(version.uid, step.id),
        occurrence=f"{walker.uid}:{visit}",
        variables=variables,
    )
