"""How the team gets in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class TeamAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: the first run makes the owner, and the owner invites the rest."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
