"""The addresses that a message gives for the way back: `bounce+…` for mail servers, `reply+…` for people, and
`answer+…` for colleagues who were told of words (`crm.dialogue.actions.notices`).

What stands behind the `+` is the message's public id and a signature, so that nobody can speak of a message that never
reached them.
"""

from uuid import UUID

from django.conf import settings

from engage.lib import tokens

BOUNCE, REPLY, ANSWER = "bounce", "reply", "answer"


def return_path(message: UUID) -> str:
    """Where servers send back what they cannot deliver; "" without a domain whose mail comes to us."""
    return _address(BOUNCE, tokens.address_tag(BOUNCE, message))


def reply_to(message: UUID) -> str:
    """Where answers go; "" without such a domain."""
    return _address(REPLY, tokens.address_tag(REPLY, message))


def answer_to(tag: str) -> str:
    """Where a colleague answers a notice; "" without such a domain."""
    return _address(ANSWER, tag)


def read(address: str) -> tuple[str, UUID] | None:
    """What an address of ours is for, and the message that gave it; None if it is none, or forged."""
    purpose, tag = _parts(address)
    if purpose not in {BOUNCE, REPLY}:
        return None
    try:
        return purpose, tokens.read_address_tag(purpose, tag)
    except tokens.BadToken:
        return None


def read_answer(address: str) -> str:
    """The tag by which a colleague answers a notice; "" of any other address. Whose it is, is for them to prove."""
    purpose, tag = _parts(address)
    return tag if purpose == ANSWER else ""


def is_ours(address: str) -> bool:
    return read(address) is not None or read_answer(address) != ""


def _address(purpose: str, tag: str) -> str:
    domain = settings.INBOUND_DOMAIN
    return f"{purpose}+{tag}@{domain}" if domain else ""


def _parts(address: str) -> tuple[str, str]:
    """What stands before and behind the `+`; both empty elsewhere than here."""
    local, _, domain = address.strip().rpartition("@")
    purpose, _, tag = local.partition("+")
    here = bool(settings.INBOUND_DOMAIN) and domain.lower().rstrip(".") == settings.INBOUND_DOMAIN.lower()
    return (purpose.lower(), tag) if here else ("", "")
