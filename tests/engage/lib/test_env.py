"""The environment, read strictly: a value either makes sense or is named."""

import importlib.util

import pytest

from engage.lib import env, server_urls


@pytest.mark.parametrize(("value", "read"), [("1", True), ("YES", True), ("off", False), ("0", False), ("  ", False)])
def test_flags(monkeypatch, value, read):
    monkeypatch.setenv("DEBUG", value)
    assert env.flag("DEBUG") is read


@pytest.mark.parametrize("value", ["2", "y", "truee"])
def test_a_flag_that_is_neither_is_named(monkeypatch, value):
    monkeypatch.setenv("DEBUG", value)
    with pytest.raises(env.BadSetting, match=r"^DEBUG: "):
        env.flag("DEBUG")


def test_seconds(monkeypatch):
    monkeypatch.setenv("BELT_LEASE", "20")
    assert env.seconds("BELT_LEASE", 60) == 20
    monkeypatch.delenv("BELT_LEASE")
    assert env.seconds("BELT_LEASE", 60) == 60


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "a minute", "1e3"])
def test_seconds_that_make_no_sense_are_named(monkeypatch, value):
    monkeypatch.setenv("BELT_LEASE", value)
    with pytest.raises(env.BadSetting, match=r"^BELT_LEASE: "):
        env.seconds("BELT_LEASE", 60)


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("https://tea.example.com", "https://tea.example.com"),
        ("https://tea.example.com/", "https://tea.example.com"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("", ""),
    ],
)
def test_web_origins(monkeypatch, value, origin):
    monkeypatch.setenv("PUBLIC_URL", value)
    assert env.web_origin("PUBLIC_URL") == origin


@pytest.mark.parametrize(
    "value",
    [
        "tea.example.com",
        "ftp://tea.example.com",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://me@a",
        "https://a:x",
    ],
)
def test_what_is_no_web_origin(monkeypatch, value):
    monkeypatch.setenv("PUBLIC_URL", value)
    with pytest.raises(env.BadSetting, match=r"^PUBLIC_URL: "):
        env.web_origin("PUBLIC_URL")


def test_a_folder_may_be_absent_but_not_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("ENGAGE_HOME", str(tmp_path / "new"))
    assert env.folder("ENGAGE_HOME", tmp_path) == tmp_path / "new"
    (tmp_path / "new").write_text("")
    with pytest.raises(env.BadSetting, match=r"^ENGAGE_HOME: "):
        env.folder("ENGAGE_HOME", tmp_path)


def test_networks(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1")
    assert [str(network) for network in env.networks("TRUSTED_PROXIES")] == ["10.0.0.0/8", "2001:db8::1/128"]


def test_a_database_address_is_unquoted_and_keeps_its_options():
    entry = server_urls.database("DATABASE_URL", "postgres://al%40ice:p%2Fw@db.example.com:5433/shop?sslmode=require")
    assert {name: entry[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")} == {
        "USER": "al@ice",
        "PASSWORD": "p/w",
        "HOST": "db.example.com",
        "PORT": "5433",
        "NAME": "shop",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.com", 25, False, False),
        ("smtp+starttls://u:p@mail.example.com", 587, True, False),
        ("smtp+tls://u:p@mail.example.com:4465", 4465, False, True),
    ],
)
def test_mail_addresses(url, port, tls, ssl):
    entry = server_urls.mailer("EMAIL_URL", url)
    assert entry is not None
    options = entry["OPTIONS"]
    assert (options["port"], options["use_tls"], options["use_ssl"]) == (port, tls, ssl)


def test_the_outbox_needs_no_mail_server():
    assert server_urls.mailer("EMAIL_URL", "outbox://") is None


def test_a_provider_is_one_that_anymail_knows():
    assert server_urls.mail_provider("ANYMAIL_PROVIDER", "mailgun") == {
        "BACKEND": "anymail.backends.mailgun.EmailBackend"
    }
    for junk in ("pigeon", "base.x", "../x"):
        with pytest.raises(env.BadSetting):
            server_urls.mail_provider("ANYMAIL_PROVIDER", junk)


@pytest.mark.parametrize(
    "url", ["redis://h/0", "rediss://h", "redis+socket:///a/b.sock", "amqp://u:p@h:5672//", "amqps://h"]
)
def test_brokers_that_are_understood(url):
    assert server_urls.broker("CELERY_BROKER_URL", url) == url


@pytest.mark.parametrize("url", ["sqs://", "redis://", "redis+socket://", "memory://", "h:6379", "amqp://h:port"])
def test_brokers_that_are_not(url):
    with pytest.raises(env.BadSetting, match=r"^CELERY_BROKER_URL: "):
        server_urls.broker("CELERY_BROKER_URL", url)


def test_a_provider_that_needs_what_is_not_installed_says_how_to_get_it(monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "boto3" else real(name))
    with pytest.raises(env.BadSetting, match="boto3"):
        server_urls.mail_provider("ANYMAIL_PROVIDER", "amazon_ses")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: real("json") if name == "boto3" else real(name))
    assert server_urls.mail_provider("ANYMAIL_PROVIDER", "amazon_ses")
