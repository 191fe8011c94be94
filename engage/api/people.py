"""One contact as all rooms see them: the timeline, and everything we hold."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from crm.contacts.api import OfContact
from engage.dashboard.person.timeline import FILTERS, Entry, timeline
from engage.everything import everything
from engage.lib.rest.fields import Moment


class EntrySerializer(serializers.Serializer):
    kind = serializers.CharField(
        help_text="said, machine, note, sent, did, bought, remembered, permission, noted, task, suggested, voted "
        "or given"
    )
    at = serializers.DateTimeField()
    text = serializers.CharField(help_text="In short")
    thing = serializers.DictField(help_text="Ids and values, by the kind")


class TimelinePageSerializer(serializers.Serializer):
    results = EntrySerializer(many=True)
    next = serializers.URLField(allow_null=True)


class TimelineFilters(serializers.Serializer):
    show = serializers.ChoiceField([*FILTERS], required=False, help_text="Left out: everything")
    before = Moment(required=False, help_text="Taken from `next`")


class Timeline(OfContact):
    """Both sides' words and deeds, the latest first."""

    filters = TimelineFilters
    serializer_class = TimelinePageSerializer
    pagination_class = None

    @extend_schema(parameters=[TimelineFilters], responses={200: TimelinePageSerializer})
    def retrieve(self, request: Request, contact: UUID) -> Response:
        asked = self.asked()
        page = timeline(self.contact, role="owner", show=asked.get("show", ""), before=asked.get("before"))
        entries = [_entry(entry) for entry in page.entries]
        return Response({"results": EntrySerializer(entries, many=True).data, "next": self._next(page.before)})

    def _next(self, before: datetime | None) -> str | None:
        if before is None:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "before", before.isoformat())


class Export(OfContact):
    """Everything we hold about one contact, as they may ask for it."""

    pagination_class = None

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def retrieve(self, request: Request, contact: UUID) -> Response:
        self.asked()
        return Response(everything(self.contact, for_owner=True))


def _entry(entry: Entry) -> dict[str, Any]:
    text, thing = _THINGS[entry.kind](entry.thing)
    return {"kind": entry.kind, "at": entry.at, "text": text, "thing": thing}


def _words(message: Any) -> tuple[str, dict[str, Any]]:
    return message.text, {"message": str(message.uid), "channel": message.channel}


def _machine(mail: Any) -> tuple[str, dict[str, Any]]:
    return mail.subject, {"mail": str(mail.uid), "kind": mail.kind}


def _sent(message: Any) -> tuple[str, dict[str, Any]]:
    text = message.subject or message.text
    return text, {"message": str(message.uid), "channel": message.channel, "state": message.state}


def _did(event: Any) -> tuple[str, dict[str, Any]]:
    return event.name, {"properties": event.properties, "source": event.source}


def _bought(order: Any) -> tuple[str, dict[str, Any]]:
    money = {"total": str(order.total), "currency": order.currency, "refund": order.refund}
    return order.external_id, {"order": str(order.uid), **money}


def _remembered(preference: Any) -> tuple[str, dict[str, Any]]:
    thing = {"preference": str(preference.uid), "key": preference.key.key, "kind": preference.kind}
    return preference.value, thing


def _permission(consent: Any) -> tuple[str, dict[str, Any]]:
    return consent.state, {"topic": consent.topic.key, "channel": consent.channel, "how": consent.how}


def _noted(note: Any) -> tuple[str, dict[str, Any]]:
    return note.text, {"note": str(note.uid)}


def _task(task: Any) -> tuple[str, dict[str, Any]]:
    return task.text, {"task": str(task.uid), "kind": task.kind, "result": task.result}


def _suggested(suggestion: Any) -> tuple[str, dict[str, Any]]:
    return suggestion.title, {"suggestion": str(suggestion.uid), "state": suggestion.state}


def _voted(vote: Any) -> tuple[str, dict[str, Any]]:
    return vote.suggestion.title, {"suggestion": str(vote.suggestion.uid), "tell": vote.tell}


def _given(given: Any) -> tuple[str, dict[str, Any]]:
    used = given.used.isoformat() if given.used else None
    return given.offer.name, {"given": str(given.uid), "offer": given.offer.key, "used": used}


_THINGS: dict[str, Callable[[Any], tuple[str, dict[str, Any]]]] = {
    "said": _words,
    "machine": _machine,
    "note": _words,
    "sent": _sent,
    "did": _did,
    "bought": _bought,
    "remembered": _remembered,
    "permission": _permission,
    "noted": _noted,
    "task": _task,
    "suggested": _suggested,
    "voted": _voted,
    "given": _given,
}
