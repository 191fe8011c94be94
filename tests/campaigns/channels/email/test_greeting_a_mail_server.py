import ssl
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from campaigns.channels.email.greeting import Lost, NotAllowed, Server, greet, parse
from campaigns.channels.email.smtp import Smtp
from campaigns.channels.port import Fate
from tests.campaigns.channels.email.sinks import ScriptedServer, serving
from tests.campaigns.channels.email.test_handing_over_by_smtp import Ledger, parcels
from tests.machine import free_port


class Keeper:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((session.authenticated, session.ssl is not None, envelope.content))
        return "250 OK"


class Secure(Controller):
    def __init__(self, *args, **options):
        self.options = options.pop("smtp")
        super().__init__(*args, **options)

    def factory(self):
        return SMTP(self.handler, **self.options)


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for localhost that this test trusts."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    no_password = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


@pytest.fixture
def secure(certificate):
    """A server that takes mail only after STARTTLS and the password `right`, and what it took."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"right", handled=False)

    options = {
        "hostname": "localhost",
        "tls_context": context,
        "require_starttls": True,
        "authenticator": authenticate,
        "auth_required": True,
    }
    keeper = Keeper()
    controller = Secure(keeper, hostname="127.0.0.1", port=free_port(), smtp=options)
    controller.start()
    yield controller.port, keeper, options
    controller.stop()


@pytest.mark.parametrize("excluded", [[], ["PLAIN"]], ids=["PLAIN", "LOGIN"])
def test_mail_goes_encrypted_and_after_login(secure, excluded):
    port, keeper, options = secure
    options["auth_exclude_mechanism"] = excluded
    ledger = Ledger()
    carrier = Smtp(Server("localhost", port, "shop", "right", "starttls", connections=2))
    carrier.hand_over(parcels(6), ledger.turn)
    carrier.close()
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert len(keeper.mails) == 6
    assert all(logged_in and encrypted for logged_in, encrypted, _ in keeper.mails)


def test_a_wrong_password_says_so_and_hands_nothing_over(secure):
    port, keeper, _ = secure
    with pytest.raises(NotAllowed, match="535"):
        greet(Server("localhost", port, "shop", "wrong", "starttls"))
    ledger = Ledger()
    Smtp(Server("localhost", port, "shop", "wrong", "starttls")).hand_over(parcels(3), ledger.turn)
    assert {outcome.fate for outcome in ledger.outcomes.values()} == {Fate.NOT_HANDED}
    assert not keeper.mails


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(secure, monkeypatch):
    port, _, _ = secure
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotAllowed, match="self-signed"):
        greet(Server("localhost", port, "shop", "right", "starttls"))


def test_encryption_that_was_asked_for_is_not_left_out():
    with serving(ScriptedServer()) as server, pytest.raises(NotAllowed, match="no STARTTLS"):
        greet(Server("127.0.0.1", server.port, security="starttls"))


def test_a_login_that_the_server_does_not_know_is_an_error():
    with serving(ScriptedServer()) as server, pytest.raises(NotAllowed, match="no login"):
        greet(Server("127.0.0.1", server.port, "shop", "right"))


def test_a_server_that_is_not_there_is_lost_in_words():
    with pytest.raises(Lost, match="refused"):
        greet(Server("127.0.0.1", 1))


def test_what_a_server_says_can_be_kept_whatever_it_says():
    assert parse(b"550-no\0 such\xff user\r") == (550, True, "no\ufffd such\ufffd user")
