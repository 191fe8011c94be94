"""No secret stands readable in the database, and none is shown again."""

import base64
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from campaigns.channels.actions import make_hook, set_account
from campaigns.channels.email.domain.keys import make_key
from campaigns.channels.models import SigningKey
from campaigns.channels.webhook.secrets import make_secret
from crm.business.models import User
from engage.lib import clock, sql, vault
from tests import cast

pytestmark = pytest.mark.django_db

GATEWAY = {"url": "https://sms.test/send", "format": "json", "fields": {"to": "{to}", "text": "{text}"}}


@pytest.fixture
def secrets() -> dict[str, bytes]:
    """Each kind that we keep, as it is used."""
    at, by = clock.now(), "Olga"
    given = {"token": "a-twilio-token", "authorization": "Bearer a-gateway-token"}
    set_account(channel="sms", provider="gateway", options=GATEWAY, secrets=given, by=by, at=at)
    known = {name: secret.encode() for name, secret in given.items()}
    known["hook"] = make_hook(channel="sms", by=by, at=at).encode()
    known["webhook"] = make_secret(by=by, at=at).encode()
    make_key(domain="shop.test", by=by, at=at)
    known["dkim"] = SigningKey.objects.get().private
    olga, second = cast.olga(), generate_totp_secret()
    TOTP.activate(olga, second)
    known["authenticator"] = second.encode()
    known["recovery"] = RecoveryCodes.activate(olga).get_unused_codes()[0].encode()
    return known


def forms(secret: bytes) -> set[str]:
    """How a secret might stand in a row as text."""
    return {secret.hex(), base64.b64encode(secret).decode(), secret.decode("latin-1")}


def rows() -> Iterator[tuple[str, str]]:
    """Every row of every table, as text."""
    for (table,) in sql.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        for (row,) in sql.rows(f'SELECT t::text FROM "{table}" AS t'):
            yield table, row


def test_no_secret_stands_readable_in_the_database(secrets: dict[str, bytes]) -> None:
    kept = list(rows())
    assert {"campaigns_channels_account", "mfa_authenticator"} <= {table for table, _row in kept}
    readable = {
        (name, table)
        for name, secret in secrets.items()
        for form in forms(secret)
        for table, row in kept
        if form in row
    }
    assert readable == set()


def test_no_page_and_no_list_of_the_admin_shows_one_again(secrets: dict[str, bytes], client: Client) -> None:
    client.force_login(User.objects.get())
    pages = [
        reverse("settings_channel", args=["sms"]),
        reverse("settings_keys"),
        reverse("settings_changes"),
        reverse("settings_sending"),
        "/admin/campaigns_channels/account/sms/change/",
        "/admin/campaigns_channels/webhooksecret/",
        f"/admin/campaigns_channels/signingkey/{SigningKey.objects.get().pk}/change/",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert [name for name, secret in secrets.items() for form in forms(secret) if form in text] == [], page


def test_what_was_sealed_with_the_key_before_is_still_read(settings) -> None:
    sealed = vault.seal(b"secret")
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert vault.unseal(sealed) is None
    settings.SECRET_KEY_FALLBACKS = [before]
    assert vault.unseal(sealed) == b"secret"


def test_a_second_factor_that_cannot_be_read_opens_nothing(settings) -> None:
    olga, second = cast.olga(), generate_totp_secret()
    TOTP.activate(olga, second)
    RecoveryCodes.activate(olga)
    settings.SECRET_KEY = "another"
    read = TOTP(olga.authenticator_set.get(type="totp"))
    nothing = hotp_value("", yield_hotp_counters_from_time().__next__())
    assert not read.validate_code(format_hotp_value(nothing))
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    assert codes.generate_codes() != codes.generate_codes()
