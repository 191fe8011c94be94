from dataclasses import dataclass, field

import pytest

from campaigns.channels import port
from campaigns.channels.email.carriers import carrier
from campaigns.channels.email.channel import Email
from campaigns.channels.email.greeting import Server
from campaigns.channels.email.provider import Provider
from campaigns.channels.email.smtp import Smtp
from campaigns.channels.port import Fate, Outbox, Outcome, Parcel
from crm.contacts.models import Consent


@dataclass
class Taker:
    """A carrier that takes everything."""

    leaves: bool = True
    taken: list[str] = field(default_factory=list)

    def hand_over(self, parcels, turn):
        self.taken += [parcel.address for parcel in parcels]
        turn([Outcome(parcel.key, Fate.ACCEPTED) for parcel in parcels], [])

    def close(self):
        pass


def handed(carrier, *addresses: str) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}

    def turn(settled, keys):
        outcomes.update({outcome.key: outcome for outcome in settled})

    port.hand_over(Email(), carrier, [Parcel(address, address, None) for address in addresses], turn)
    return outcomes


@pytest.mark.parametrize("address", ["alice@customers.example", "bob@EXAMPLE", "carol@a.b.example."])
def test_nothing_leaves_for_a_demo_address(address):
    taker = Taker()
    outcomes = handed(taker, address, "alice@customers.test")
    assert outcomes[address] == Outcome(address, Fate.REFUSED, "a demo address")
    assert taker.taken == ["alice@customers.test"]


@pytest.mark.parametrize("address", ["alice@example.com", "alice@notexample", "example@shop.test"])
def test_other_addresses_are_no_demo(address):
    assert handed(Taker(), address)[address].fate is Fate.ACCEPTED


def test_what_is_no_address_is_refused_before_anything_is_marked():
    assert handed(Taker(), "nonsense")["nonsense"].fate is Fate.REFUSED


def test_the_outbox_keeps_demo_mail_too_and_marks_nothing():
    assert handed(Outbox(), "alice@customers.example")["alice@customers.example"].fate is Fate.KEPT


def test_e_mail_is_registered_as_a_channel():
    assert "email" in port.names()
    assert port.channel("email").name == "email"
    with pytest.raises(KeyError):
        port.channel("pigeon")


def test_the_settings_choose_the_carrier():
    options = {"host": "mail.test", "port": 587, "username": "u", "password": "p", "use_tls": True, "timeout": 7}
    smtp = carrier({"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options})
    assert isinstance(smtp, Smtp)
    assert (smtp.server.host, smtp.server.port, smtp.server.security) == ("mail.test", 587, "starttls")
    assert "p" not in repr(Server("h", password="p")).partition("password")[2]
    assert isinstance(carrier({"BACKEND": "anymail.backends.mailgun.EmailBackend"}), Provider)
    assert not carrier(None).leaves


def test_permission_can_be_given_for_every_channel_that_asks_for_one():
    assert {name for name in port.names() if port.channel(name).asks_permission} == set(Consent.CHANNELS)


@pytest.mark.parametrize("name", port.names())
def test_every_channel_has_words_for_itself(name):
    channel = port.channel(name)
    assert channel.label
    assert bool(channel.unknown) == bool(channel.reached_by)
