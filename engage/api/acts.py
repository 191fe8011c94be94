"""Acts on many people over REST: begun as a job, looked at, stopped, taken back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.once import once
from crm.contacts.queries import present
from crm.lists import bulk
from crm.lists.acts import ACTS
from crm.lists.api import ROLE, Narrowing, maker, read, read_view
from crm.lists.finding import everyone
from crm.lists.models import BulkAct
from crm.lists.narrowing import Applied
from crm.lists.queries import views_for
from engage.dashboard.people.act_forms import FORMS, ActForm
from engage.lib.rest.errors import Conflict
from engage.lib.rest.fields import Body
from engage.lib.rest.resource import Resource

MOST_CHOSEN = 10_000
SAID = """What the act has to be told.

* `put-in`: `group` (id of a segment that is kept by hand), or `new`, the name of one to be made
* `take-out`: `group`
* `remember`: `key` and `value`; it counts as noticed, never as told by them
* `pause`: `days` (7, 30, 90, or 0 until it is lifted); `lift`: nothing
* `company`: `name`; one that we do not know yet is made
* `withdraw`: `topic`, and `words` that say why
* `begin`: `journey` (its id, while it runs), and `thing` where it has an `entry.key`; its rule is obeyed"""


class ActSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    words = serializers.SerializerMethodField(help_text="What is done, in words")
    narrowed = serializers.ListField(child=serializers.CharField(), help_text="Whom it is done to, in words")
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="People changed and looked_at; once taken back, back and stays"
    )
    reasons = serializers.DictField(child=serializers.IntegerField(), help_text="How many were left, by why")
    may_be_undone = serializers.SerializerMethodField()

    class Meta:
        model = BulkAct
        fields = (
            *("id", "act", "words", "narrowed", "number", "state", "fraction", "counts", "reasons", "problem"),
            *("by", "at", "finished", "undone", "undone_by", "may_be_undone"),
        )

    def get_words(self, job: BulkAct) -> str:
        return ACTS[job.act].words(job.said)

    def get_may_be_undone(self, job: BulkAct) -> bool:
        return bulk.may_be_undone(job, self.context["at"])


class ActBody(Body):
    """An act and whom it is done to: `contacts`, or all in a `view`, or all whom `filters` fit."""

    act = serializers.ChoiceField([*ACTS])
    said = serializers.DictField(child=serializers.CharField(max_length=5000), default=dict, help_text=SAID)
    contacts = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_CHOSEN)
    view = serializers.UUIDField(required=False)
    filters = Narrowing(required=False, help_text="As `people/` takes them; {} is everybody in the list")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if len({"contacts", "view", "filters"} & said.keys()) != 1:
            raise serializers.ValidationError("Say to whom: contacts, a view, or filters.")
        return said

    def validate_contacts(self, uids: list[UUID]) -> list[int]:
        """The keys of people as they are today. One query."""
        found = dict(present().filter(uid__in=uids).values_list("uid", "pk"))
        if unknown := [uid for uid in uids if uid not in found]:
            raise serializers.ValidationError(f"There is no person {unknown[0]}, or they are a part of another.")
        if not found:
            raise serializers.ValidationError("Choose somebody.")
        return list(found.values())


class Acts(ListModelMixin, RetrieveModelMixin, Resource):
    """Something done to many people at once, in the background unless they are few; undone exactly, for 30 days.

    Permission is never given to many, and erasing is done one by one."""

    serializer_class = ActSerializer
    queryset = BulkAct.objects.defer("chosen")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": self.at}

    @extend_schema(request=ActBody, responses={201: ActSerializer})
    @once
    def create(self, request: Request) -> Response:
        """`state` says whether it is done already; if not, look at it again."""
        body = self.stated(ActBody)
        chosen: list[int] | None = body.get("contacts")
        filters = [] if chosen is not None else self._filters(body)
        number = len(chosen) if chosen is not None else everyone(filters=filters).count()
        if not number:
            raise Conflict("Nobody fits.")
        job = bulk.begin(
            body["act"],
            self._said(body),
            number=number,
            colleague=maker(request),
            by=self.by,
            at=self.at,
            chosen=chosen,
            filters={one.key: one.value for one in filters},
            narrowed=[one.words for one in filters],
        )
        return self._now(job, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def undo(self, request: Request, id: UUID) -> Response:
        """Takes back exactly what it did; what others changed since stays."""
        job = self.get_object()
        try:
            bulk.undo(job, by=self.by, at=self.at)
        except bulk.NotNow as error:
            raise Conflict("It was taken back already, is under way, or changed nobody.") from error
        return self._now(job)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @once
    def stop(self, request: Request, id: UUID) -> Response:
        """It goes no further. What it did stays, until it is undone."""
        job = self.get_object()
        try:
            bulk.stop(job, at=self.at)
        except bulk.NotNow as error:
            raise Conflict("It is not under way.") from error
        return self._now(job)

    def _filters(self, body: dict[str, Any]) -> Sequence[Applied]:
        if "filters" in body:
            return read(body["filters"], self.at, "filters.")
        view = views_for(maker(self.request)).filter(uid=body["view"]).first()
        if view is None:
            raise serializers.ValidationError({"view": ["There is no such thing."]})
        return read_view(view, self.at)

    def _said(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the act's form on the page understands. Raises ValidationError."""
        form: ActForm = FORMS[body["act"]](body["said"], role=ROLE, by=self.by)
        fields = form.fields.keys() - form.only_on_pages
        unknown = {f"said.{name}": ["This is not understood here."] for name in body["said"] if name not in fields}
        if unknown or not form.is_valid():
            wrong = {f"said.{name}": [str(problem) for problem in problems] for name, problems in form.errors.items()}
            raise serializers.ValidationError(wrong | unknown)
        return form.said()

    def _now(self, job: BulkAct, status: int = 200) -> Response:
        job.refresh_from_db()
        return Response(ActSerializer(job, context=self.get_serializer_context()).data, status=status)
