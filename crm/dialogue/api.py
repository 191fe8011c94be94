"""Conversations over REST."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.bearer import caller
from crm.business.models import User
from crm.business.once import once
from crm.dialogue import actions
from crm.dialogue.models import Conversation, Mail, Message, Team
from crm.dialogue.serializers import ConversationSerializer
from engage.lib.files import as_file
from engage.lib.rest.errors import Conflict
from engage.lib.rest.fields import Body, Moment, PublicId
from engage.lib.rest.resource import Resource

State = Conversation.State
OPEN, DONE, NOTHING = "open", "done", "nothing_to_answer"


class SaidSerializer(serializers.ModelSerializer):
    """Something said in a conversation. `direction` is in (the customer), out (us) or note (between colleagues)."""

    id = serializers.UUIDField(source="uid")
    author = serializers.SerializerMethodField(help_text="Whose words these are")
    full_text = serializers.SerializerMethodField(help_text="With what a mail program quoted")
    raw_url = serializers.SerializerMethodField(help_text="The mail as it came, null where it was none")

    class Meta:
        model = Message
        fields = ("id", "direction", "author", "channel", "subject", "text", "full_text", "raw_url", "state", "at")

    @extend_schema_field({"type": "object", "properties": {"kind": {"type": "string"}, "name": {"type": "string"}}})
    def get_author(self, message: Message) -> dict[str, str]:
        """customer, other (somebody else's words in the conversation) or colleague."""
        if message.direction == Message.Direction.IN:
            own = message.conversation is None or message.conversation.contact_id == message.contact_id
            return {"kind": "customer" if own else "other", "name": message.contact.name}
        return {"kind": "colleague", "name": str(message.author) if message.author else ""}

    def get_full_text(self, message: Message) -> str:
        mail = _mail(message)
        return mail.text if mail and mail.text else message.text

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_raw_url(self, message: Message) -> str | None:
        if _mail(message) is None or message.conversation is None:
            return None
        path = reverse("message_raw", args=[message.conversation.uid, message.uid])
        return self.context["request"].build_absolute_uri(path) if "request" in self.context else path


def _mail(message: Message) -> Mail | None:
    return getattr(message, "mail", None) if message.direction == Message.Direction.IN else None


class TeamBody(Body):
    team = PublicId(Team.objects.all(), allow_null=True)


class ConversationFilters(serializers.Serializer):
    team = serializers.UUIDField(required=False)
    contact = serializers.UUIDField(required=False)
    state = serializers.ChoiceField([*State.values, OPEN], required=False, help_text="open: all but done")


class AnswerBody(Body):
    text = serializers.CharField(max_length=50_000)
    seen = serializers.UUIDField(required=False, help_text="The last message you read: refused if there are later ones")


class AssigneeBody(Body):
    assignee = serializers.CharField(max_length=254, allow_null=True, help_text="Id or e-mail of a colleague, or null")

    def validate_assignee(self, value: str | None) -> User | None:
        if value is None:
            return None
        try:
            named = Q(uid=UUID(value))
        except ValueError:
            named = Q(email__iexact=value)
        found = User.objects.filter(named, is_active=True).first()
        if found is None:
            raise serializers.ValidationError("There is no such colleague.")
        return found


class StateBody(Body):
    state = serializers.ChoiceField([OPEN, DONE, NOTHING])


class SnoozeBody(Body):
    until = Moment()


class Conversations(ListModelMixin, RetrieveModelMixin, Resource):
    """Exchanges between a contact and the business. While one is open, automation to the contact holds."""

    serializer_class = ConversationSerializer
    filters = ConversationFilters
    queryset = Conversation.objects.select_related("contact", "about", "assignee", "team", "clock")

    def get_queryset(self) -> QuerySet[Conversation]:
        found = super().get_queryset()
        asked = self.asked() if self.action == "list" else {}
        if "contact" in asked:
            found = found.filter(contact__uid=asked["contact"])
        if "team" in asked:
            found = found.filter(team__uid=asked["team"])
        if asked.get("state") == OPEN:
            return found.exclude(state=State.DONE)
        return found.filter(state=asked["state"]) if "state" in asked else found

    @extend_schema(request=AssigneeBody)
    @action(detail=True, methods=["put"])
    def assignee(self, request: Request, id: UUID) -> Response:
        conversation, to = self.get_object(), self.stated(AssigneeBody)["assignee"]
        actions.assign(conversation=conversation, to=to, by=speaker(request, conversation), at=self.at)
        return self._now(conversation)

    @extend_schema(request=TeamBody)
    @action(detail=True, methods=["put"])
    def team(self, request: Request, id: UUID) -> Response:
        """The team has it in hand; whoever has it and is not of the team has it no longer. With null, no team."""
        conversation, team = self.get_object(), self.stated(TeamBody)["team"]
        actions.assign_team(conversation=conversation, team=team, by=speaker(request, conversation), at=self.at)
        return self._now(conversation)

    @extend_schema(request=StateBody)
    @action(detail=True, methods=["put"])
    def state(self, request: Request, id: UUID) -> Response:
        """`done` releases what was held because of it; `nothing_to_answer` closes it without an answer."""
        conversation, wanted = self.get_object(), self.stated(StateBody)["state"]
        deeds = {OPEN: actions.reopen, DONE: actions.close, NOTHING: actions.nothing_to_answer}
        deeds[wanted](conversation=conversation, by=speaker(request, conversation), at=self.at)
        return self._now(conversation)

    @extend_schema(request=SnoozeBody)
    @action(detail=True, methods=["put"])
    def snooze(self, request: Request, id: UUID) -> Response:
        """Later: it comes back by itself, and holds all the while."""
        conversation, until = self.get_object(), self.stated(SnoozeBody)["until"]
        if until <= self.at:
            raise serializers.ValidationError({"until": ["This is over."]})
        if conversation.state == State.DONE:
            raise Conflict("The conversation is done.")
        actions.snooze(conversation=conversation, until=until, by=speaker(request, conversation), at=self.at)
        return self._now(conversation)

    def _now(self, conversation: Conversation) -> Response:
        return Response(ConversationSerializer(self.queryset.get(pk=conversation.pk)).data)


class ConversationMessages(ListModelMixin, Resource):
    """What was said and noted in one conversation, the latest first."""

    serializer_class = SaidSerializer

    def get_queryset(self) -> QuerySet[Message]:
        self.asked()
        found = Message.objects.filter(conversation=self._conversation()).defer("mail__raw")
        return found.select_related("contact", "author", "conversation", "mail")

    @extend_schema(responses={(200, "message/rfc822"): bytes})
    def raw(self, request: Request, conversation: UUID, message: UUID) -> HttpResponse:
        """The mail as it came."""
        found = get_object_or_404(Mail, message__uid=message, message__conversation__uid=conversation)
        return as_file(bytes(found.raw), "mail.eml", "message/rfc822")

    @extend_schema(request=AnswerBody, responses={201: SaidSerializer})
    @once
    def create(self, request: Request, conversation: UUID) -> Response:
        """Our answer, which goes to the customer at once."""
        talk, said = self._conversation(), self.stated(AnswerBody)
        try:
            message = actions.reply(
                conversation=talk,
                text=said["text"],
                by=speaker(request, talk),
                at=self.at,
                seen=self._seen(talk, said.get("seen")),
            )
        except actions.ConversationMoved as moved:
            raise Conflict(f"There are {len(moved.lines)} later messages: read them first.") from moved
        return Response(self.get_serializer(message).data, status=201)

    def _conversation(self) -> Conversation:
        return get_object_or_404(Conversation, uid=self.kwargs["conversation"])

    def _seen(self, conversation: Conversation, uid: UUID | None) -> int:
        """The key of the message that was read last: if nothing is said, what is there now."""
        lines = Message.objects.filter(conversation=conversation)
        chosen = lines if uid is None else lines.filter(uid=uid)
        found = chosen.order_by("-pk").values_list("pk", flat=True).first()
        if found is None and uid is not None:
            raise serializers.ValidationError({"seen": ["There is no such message in this conversation."]})
        return found or 0


def speaker(request: Request, conversation: Conversation) -> User:
    """In whose name it is done: whoever made the key, else who has the conversation in hand, else the first owner."""
    team = User.objects.filter(is_active=True)
    named = [key for key in (caller(request).colleague, conversation.assignee_id) if key]
    found = (
        next((colleague for key in named if (colleague := team.filter(pk=key).first())), None)
        or team.filter(role=User.Role.OWNER).order_by("pk").first()
    )
    if found is None:
        raise Conflict("Nobody of the team can be named as the one who says this.")
    return found
