"""The records of the sender's domain: what is right, what is missing, what to copy; and the signature they are for."""

import base64
import hashlib
import re
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from campaigns.channels.email.domain import keys, watching
from campaigns.channels.email.domain import names as names_module
from campaigns.channels.email.domain.findings import Sending, findings
from campaigns.channels.email.domain.keys import drop_key, make_key, record_of, signer
from campaigns.channels.email.domain.names import Resolver
from campaigns.channels.email.mime import compose
from campaigns.channels.models import SigningKey
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.dialogue.actions import sender_stop, stop_sender
from engage.lib import clock, sql
from tests.campaigns.channels.email.test_mime import LETTER

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SENDING = Sending(
    "shop.test", host="mail.shop.test", returns="in.shop.test", dkim=("e1._domainkey.shop.test", "v=DKIM1; p=AAAA")
)
RIGHT = {
    ("TXT", "shop.test"): ['"v=spf1 a:mail.shop.test ~all"', '"other=1"'],
    ("TXT", "e1._domainkey.shop.test"): ['"v=DKIM1; k=rsa; p=AA" "AA"'],
    ("TXT", "_dmarc.shop.test"): ['"v=DMARC1; p=none"'],
    ("MX", "in.shop.test"): ["10 mx.provider.test."],
    ("A", "mail.shop.test"): ["192.0.2.7"],
    ("PTR", "7.2.0.192.in-addr.arpa"): ["mail.shop.test."],
}


class NameServer(threading.Thread):
    """A real name server on this machine; what is not in `records` does not exist."""

    def __init__(self, records: dict[tuple[str, str], list[str]]) -> None:
        super().__init__(daemon=True)
        self.records = records
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                data, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(data)
            asked = question.question[0]
            kind = str(dns.rdatatype.to_text(asked.rdtype))
            answer = dns.message.make_response(question)
            answer.flags |= dns.flags.RA
            if found := self.records.get((kind, asked.name.to_text(omit_final_dot=True))):
                answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *found))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self.socket.sendto(answer.to_wire(), sender)


@pytest.fixture
def asked():
    """A resolver for a name server with these records."""
    servers = []

    def resolver(records: dict[tuple[str, str], list[str]]) -> Resolver:
        server = NameServer(records)
        server.start()
        servers.append(server)
        return Resolver(["127.0.0.1"], server.port)

    yield resolver
    for server in servers:
        server.socket.close()


def found(resolver: Resolver, sending: Sending = SENDING) -> dict[str, bool | None]:
    return {finding.key: finding.ok for finding in findings(sending, resolver)}


def test_a_domain_whose_records_are_right_is_found_right(asked):
    assert found(asked(RIGHT)) == dict.fromkeys(["spf", "dkim", "dmarc", "return_path", "ptr"], True)


def test_what_is_missing_comes_with_the_exact_record_to_copy(asked):
    records = {one.key: one.record for one in findings(SENDING, asked({}))}
    assert (records["spf"].name, records["spf"].value) == ("shop.test", "v=spf1 a:mail.shop.test ~all")
    assert (records["dkim"].name, records["dkim"].value) == SENDING.dkim
    assert (records["dmarc"].name, records["dmarc"].value) == ("_dmarc.shop.test", "v=DMARC1; p=none")


def test_a_provider_has_to_be_named_beside_those_who_are(asked):
    by_mailgun = Sending("shop.test", provider="mailgun")
    (spf, _dmarc) = findings(by_mailgun, asked({("TXT", "shop.test"): ['"v=spf1 include:_spf.google.com ~all"']}))
    assert not spf.ok and spf.record.value == "v=spf1 include:mailgun.org include:_spf.google.com ~all"


@pytest.mark.parametrize("spf", [['"v=spf1 +all"'], ['"v=spf1 a -all"', '"v=spf1 mx -all"']])
def test_a_record_that_proves_nothing_is_wrong(asked, spf):
    assert found(asked(RIGHT | {("TXT", "shop.test"): spf}))["spf"] is False


def test_the_key_of_somebody_else_is_not_ours(asked):
    wrong = RIGHT | {("TXT", "e1._domainkey.shop.test"): ['"v=DKIM1; k=rsa; p=BBBB"']}
    assert found(asked(wrong))["dkim"] is False


def test_where_no_name_server_answers_nothing_is_known(monkeypatch):
    monkeypatch.setattr(names_module, "SECONDS", 0.2)
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    with silent:
        assert set(found(Resolver(["127.0.0.1"], silent.getsockname()[1])).values()) == {None}


# What follows while Live


@pytest.fixture
def live(db, settings):
    settings.MAIL_SERVER = {"BACKEND": watching.SMTP_BACKEND, "OPTIONS": {"host": "mail.shop.test", "port": 25}}
    settings.INBOUND_DOMAIN = "in.shop.test"
    forget_cached()
    yield update_business(by="Olga", at=NOON, live=True, name="Shop", sender_email="shop@shop.test")
    forget_cached()


def test_marketing_waits_while_the_records_are_wrong_and_goes_on_by_itself(live, asked):
    watching.watch(at=clock.now(), names=asked({}))
    assert sender_stop().cause == "domain"
    watching.watch(at=clock.now(), names=asked({}))
    watching.watch(at=clock.now(), names=asked(RIGHT))
    assert sender_stop() is None


def test_a_stop_for_what_servers_said_is_lifted_by_a_person_only(live, asked):
    stop_sender(cause="blocklist", words="", sent=None, at=clock.now())
    watching.watch(at=clock.now(), names=asked(RIGHT))
    assert sender_stop().cause == "blocklist"


@pytest.mark.parametrize("changes", [{"live": False}, {"demo": True}])
def test_in_test_and_in_the_demo_nothing_is_stopped(live, asked, changes):
    update_business(by="Olga", at=NOON, **changes)
    watching.watch(at=clock.now(), names=asked({}))
    assert sender_stop() is None


def test_problems_are_those_that_keep_marketing_waiting(live, asked):
    without_ptr = {key: value for key, value in RIGHT.items() if key[0] != "PTR"}
    assert watching.problems(watching.look(live, asked(without_ptr))) == []
    assert [one.key for one in watching.problems(watching.look(live, asked({})))] == ["spf", "dmarc", "return_path"]


# The signature


@pytest.fixture(autouse=True)
def forgotten_keys():
    """A process keeps the key that it signs with for half a minute."""
    forget = keys._signer.cache_clear
    forget()
    yield
    forget()


@pytest.fixture
def key(db) -> SigningKey:
    return make_key(domain="shop.test", by="Olga", at=NOON)


def public_key(record: str):
    der = base64.b64decode(re.search(r"p=([^;]+)", record)[1])
    return serialization.load_der_public_key(der)


def verify(mail: bytes, record: str) -> None:
    """By the letter of RFC 6376, apart from how we sign. Raises InvalidSignature."""
    head, _, body = mail.partition(b"\r\n\r\n")
    lines = re.sub(rb"\r\n(?=[ \t])", b"", head).split(b"\r\n")
    split = [line.partition(b":") for line in lines]
    fields = [(name.lower(), re.sub(rb"[ \t]+", b" ", value).strip()) for name, _, value in split]
    signature = dict(fields)[b"dkim-signature"].decode()
    tags = {name.strip(): value.strip() for name, _, value in (tag.partition("=") for tag in signature.split(";"))}
    body = re.sub(rb"(\r\n)*$", b"", body) + b"\r\n"
    if base64.b64encode(hashlib.sha256(body).digest()).decode() != tags["bh"]:
        raise InvalidSignature
    left = list(fields)
    covered = []
    for name in tags["h"].encode().split(b":"):
        at = next((n for n in range(len(left) - 1, -1, -1) if left[n][0] == name), None)
        if at is not None:
            covered.append(name + b":" + left.pop(at)[1])
    covered.append(b"dkim-signature:" + re.sub(r"b=[^;]*$", "b=", signature).encode())
    sign = base64.b64decode("".join(tags["b"].split()))
    public_key(record).verify(sign, b"\r\n".join(covered), padding.PKCS1v15(), hashes.SHA256())


LINKED = replace(LETTER, unsubscribe_url="https://shop.test/u/abc", reply_to="reply+1@in.shop.test")


def test_a_signed_mail_is_proved_by_the_record(key):
    signed = signer("shop.test").sign(compose(LINKED), at=1_777_896_000)
    verify(signed, record_of("shop.test")[1])


@pytest.mark.parametrize(("was", "becomes"), [(b"Hello", b"Hullo"), (b"zoe@", b"eve@"), (b"/u/abc", b"/u/abd")])
def test_a_mail_that_was_changed_is_not(key, was, becomes):
    signed = signer("shop.test").sign(compose(LINKED), at=1_777_896_000)
    assert was in signed
    with pytest.raises(InvalidSignature):
        verify(signed.replace(was, becomes), record_of("shop.test")[1])


def test_nobody_can_put_another_sender_in_front(key):
    signed = signer("shop.test").sign(compose(LINKED), at=1_777_896_000)
    with pytest.raises(InvalidSignature):
        verify(b"From: evil@evil.test\r\n" + signed, record_of("shop.test")[1])


def test_the_signature_covers_what_unsubscribes_with_one_click(key):
    signed = signer("shop.test").sign(compose(LINKED), at=1_777_896_000)
    covered = re.search(rb"h=([^;]+);", signed)[1].split(b":")
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from"} <= set(covered)


def test_the_key_is_kept_encrypted_and_useless_without_the_secret(key, settings):
    ((kept,),) = sql.rows("SELECT private FROM campaigns_channels_signingkey")
    assert key.private not in bytes(kept)
    assert signer("shop.test") is not None
    settings.SECRET_KEY = "another"
    keys._signer.cache_clear()
    assert signer("shop.test") is None
    settings.SECRET_KEY_FALLBACKS = ["only for tests, where nothing is secret"]
    keys._signer.cache_clear()
    assert signer("shop.test") is not None
    drop_key(domain="shop.test")
    assert signer("shop.test") is None


def test_without_a_key_nobody_signs(db):
    assert signer("shop.test") is None and record_of("shop.test") is None
