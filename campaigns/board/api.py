"""The board over REST."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.board import actions, deciding
from campaigns.board.models import Suggestion, Vote
from campaigns.board.words import LONGEST_TITLE, LONGEST_WORDS, title_of
from crm.business.once import once
from crm.contacts.actions import Owner
from crm.contacts.queries import present
from engage.lib.rest.errors import Conflict
from engage.lib.rest.fields import Body, PublicId
from engage.lib.rest.resource import Resource


class SuggestionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    contact = serializers.UUIDField(source="contact.uid", default=None, allow_null=True)
    into = serializers.UUIDField(source="into.uid", default=None, allow_null=True, help_text="The one it went into")
    votes = serializers.IntegerField(help_text="People, those of suggestions that went into this one too")

    class Meta:
        model = Suggestion
        fields = (
            *("id", "title", "words", "original", "contact", "shown_as", "state", "standing", "tags", "votes", "into"),
            *("answer", "answered_by", "answered", "source_kind", "at", "changed", "changed_by"),
        )


class VoteSerializer(serializers.ModelSerializer):
    suggestion = serializers.UUIDField(source="suggestion.uid")
    contact = serializers.UUIDField(source="contact.uid")
    tell = serializers.BooleanField(help_text="They ticked that they want to hear what becomes of it")

    class Meta:
        model = Vote
        fields = ("suggestion", "contact", "tell", "at")


def _seen(title: str) -> None:
    if not title_of(title):
        raise serializers.ValidationError("There is nothing to be seen in it.")


class SuggestionBody(Body):
    title = serializers.CharField(max_length=LONGEST_TITLE, validators=[_seen])
    words = serializers.CharField(max_length=LONGEST_WORDS, required=False, allow_blank=True, default="")
    contact = PublicId(present(), required=False, help_text="Who wants it; they said that it may be shown")


class SuggestionChange(Body):
    title = serializers.CharField(max_length=LONGEST_TITLE, required=False, validators=[_seen])
    words = serializers.CharField(max_length=LONGEST_WORDS, required=False, allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=10)
    standing = serializers.ChoiceField(Suggestion.Standing.choices, required=False)
    state = serializers.ChoiceField(Suggestion.State.choices, required=False)
    answer = serializers.CharField(max_length=LONGEST_WORDS, required=False, allow_blank=True)
    tell = serializers.BooleanField(required=False, default=False, help_text="Write to those who asked to be told")


class JoinBody(Body):
    into = PublicId(Suggestion.objects, help_text="The one whose words stay")


class SuggestionFilters(serializers.Serializer):
    state = serializers.ChoiceField(Suggestion.State.choices, required=False)
    standing = serializers.ChoiceField(Suggestion.Standing.choices, required=False)
    contact = serializers.UUIDField(required=False)


class VoteFilters(serializers.Serializer):
    suggestion = serializers.UUIDField(required=False)
    contact = serializers.UUIDField(required=False)


class Suggestions(ListModelMixin, RetrieveModelMixin, Resource):
    """What customers would like, and what becomes of it."""

    serializer_class = SuggestionSerializer
    filters = SuggestionFilters
    queryset = Suggestion.objects.select_related("contact", "into")

    def get_queryset(self) -> QuerySet[Suggestion]:
        asked, found = self.asked(), super().get_queryset()
        if "contact" in asked:
            found = found.filter(contact__uid=asked.pop("contact"))
        return found.filter(**asked)

    @extend_schema(request=SuggestionBody, responses={201: SuggestionSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Puts one on the board, for everybody to see; with a contact it is their suggestion, and their vote."""
        said = self.stated(SuggestionBody)
        contact = said.get("contact")
        made = actions.put(
            title=said["title"],
            text=said["words"],
            owner=Owner(contact.pk, contact.pk) if contact else None,
            source=("api", ""),
            by=self.by,
            at=self.at,
        )
        return Response(SuggestionSerializer(self._fresh(made)).data, status=201)

    @extend_schema(request=SuggestionChange)
    def partial_update(self, request: Request, id: UUID) -> Response:
        one, said = self.get_object(), self.stated(SuggestionChange)
        if {"title", "words", "tags"} & said.keys():
            title, text = said.get("title", one.title), said.get("words", one.words)
            tags = deciding.tags_in(",".join(said["tags"])) if "tags" in said else one.tags
            deciding.write(suggestion=one, title=title, text=text, tags=tags, by=self.by, at=self.at)
        if "standing" in said:
            if said["standing"] == Suggestion.Standing.SHOWN and not self._fresh(one).title:
                raise Conflict("It has no words to be shown.")
            deciding.stand(suggestion=one, standing=said["standing"], by=self.by, at=self.at)
        if {"state", "answer"} & said.keys():
            state, answer = said.get("state", one.state), said.get("answer", one.answer)
            deciding.decide(suggestion=one, state=state, answer=answer, tell=said["tell"], by=self.by, at=self.at)
        return Response(SuggestionSerializer(self._fresh(one)).data)

    @extend_schema(request=JoinBody)
    @action(detail=True, methods=["post"])
    @once
    def join(self, request: Request, id: UUID) -> Response:
        """It goes into another that says the same: who voted for either has one vote for both."""
        one, into = self.get_object(), self.stated(JoinBody)["into"]
        try:
            deciding.join(suggestion=one, into=into, by=self.by, at=self.at)
        except deciding.CannotJoin as error:
            raise Conflict("They are one already, or one of them went into another.") from error
        return Response(SuggestionSerializer(self._fresh(into)).data)

    def _fresh(self, one: Suggestion) -> Suggestion:
        return self.queryset.get(pk=one.pk)


class Votes(ListModelMixin, Resource):
    """Who wants what. Votes that nobody has proved yet are none."""

    serializer_class = VoteSerializer
    filters = VoteFilters
    queryset = Vote.objects.select_related("suggestion", "contact")

    def get_queryset(self) -> QuerySet[Vote]:
        found = super().get_queryset()
        for name, uid in self.asked().items():
            found = found.filter(**{f"{name}__uid": uid})
        return found
