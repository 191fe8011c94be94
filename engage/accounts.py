"""How the team gets in."""

from base64 import b32encode
from secrets import token_bytes

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from engage.lib import vault


class TeamAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: the first run makes the owner, and the owner invites the rest."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactors(DefaultMFAAdapter):
    """What an authenticator app and its recovery codes are made from is kept sealed."""

    def encrypt(self, text: str) -> str:
        return vault.seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A random one where it cannot be read any more: no code fits then."""
        found = vault.unseal(encrypted_text.encode())
        return b32encode(token_bytes(20)).decode() if found is None else found.decode()
