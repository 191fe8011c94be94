"""Teams over REST. They come with the third agent; owners' keys change them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from crm.business.hours_api import FROM_THIRD, only_owners
from crm.business.models import User
from crm.business.once import once
from crm.business.queries import has_teams
from crm.dialogue.actions.desks import TakenName, TooManyTeams, remove_team, save_team
from crm.dialogue.models import Team
from crm.dialogue.serializers import ColleagueSerializer
from engage.lib.rest.errors import Conflict
from engage.lib.rest.fields import Body, PublicId
from engage.lib.rest.resource import Resource

MOST_MEMBERS = 500


class TeamSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    members = ColleagueSerializer(many=True)

    class Meta:
        model = Team
        fields = ("id", "name", "members")


class TeamBody(Body):
    name = serializers.CharField(max_length=60)
    members = serializers.ListField(
        child=PublicId(User.objects.filter(is_active=True)), required=False, max_length=MOST_MEMBERS
    )


class TeamChangeBody(TeamBody):
    name = serializers.CharField(max_length=60, required=False)


class Teams(ListModelMixin, RetrieveModelMixin, Resource):
    """Colleagues who have conversations in hand together."""

    serializer_class = TeamSerializer
    queryset = Team.objects.prefetch_related("members")

    def get_queryset(self) -> QuerySet[Team]:
        self.asked()
        return super().get_queryset()

    @extend_schema(request=TeamBody, responses={201: TeamSerializer})
    @once
    def create(self, request: Request) -> Response:
        self._may_change()
        said = self.stated(TeamBody)
        return self._saved(None, said["name"], said.get("members", []), status=201)

    @extend_schema(request=TeamChangeBody)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """What is left out stays; `members` are all of them from then on."""
        self._may_change()
        team, said = self.get_object(), self.stated(TeamChangeBody)
        return self._saved(team, said.get("name", team.name), said.get("members", list(team.members.all())))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """What it has in hand is of no team; whoever of it has it in hand keeps it."""
        self._may_change()
        remove_team(self.get_object(), by=self.by, at=self.at)
        return Response(status=204)

    def _may_change(self) -> None:
        only_owners(self.request)
        if not has_teams():
            raise Conflict(FROM_THIRD)

    def _saved(self, team: Team | None, name: str, members: list[Any], *, status: int = 200) -> Response:
        try:
            kept = save_team(team, name=name, members=members, by=self.by, at=self.at)
        except TakenName as error:
            raise Conflict("There is a team of that name.") from error
        except TooManyTeams as error:
            raise Conflict("There are as many as there can be. Remove one first.") from error
        return Response(TeamSerializer(Team.objects.prefetch_related("members").get(pk=kept.pk)).data, status=status)
