"""Turns the addresses of the owner's servers into what Django and Celery want; junk raises BadSetting."""

import importlib.util
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from engage.lib.env import BadSetting, split_url

REDIS = {"redis", "rediss", "redis+socket", "unix"}
RABBITMQ = {"amqp", "amqps", "pyamqp"}


def database(name: str, value: str) -> dict[str, Any]:
    """`postgres://user:password@host:port/name?sslmode=require` → an entry of DATABASES.

    A host that starts with a slash, percent-encoded or given as `?host=/folder`, is a folder with a unix socket.
    """
    parts = split_url(name, value)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting(name, "only postgresql:// is understood")
    options = dict(parse_qsl(parts.query))
    database_name = unquote(parts.path.lstrip("/"))
    if not database_name:
        raise BadSetting(name, "names no database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def broker(name: str, value: str) -> str:
    """Any Redis, Valkey or RabbitMQ that Celery understands; returned as it came."""
    parts = split_url(name, value)
    if parts.scheme not in REDIS | RABBITMQ:
        raise BadSetting(name, "use redis://, rediss://, redis+socket:// or amqp://")
    _require_place(name, parts)
    return value


def cache(name: str, value: str) -> str:
    """An address for Django's RedisCache: redis://, rediss:// or unix:///path/to.sock?db=1."""
    parts = split_url(name, value)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise BadSetting(name, "use redis://, rediss:// or unix://")
    _require_place(name, parts)
    return value


def mailer(name: str, value: str) -> dict[str, Any] | None:
    """`smtp://`, `smtp+starttls://`, `smtp+tls://` → an entry of MAILERS; `outbox://` → None."""
    parts = split_url(name, value)
    if parts.scheme == "outbox":
        return None
    if parts.scheme not in {"smtp", "smtp+starttls", "smtp+tls"}:
        raise BadSetting(name, "use smtp://, smtp+starttls://, smtp+tls:// or outbox://")
    if not parts.hostname:
        raise BadSetting(name, "names no host")
    default_port = {"smtp": 25, "smtp+starttls": 587, "smtp+tls": 465}[parts.scheme]
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or default_port,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+starttls",
            "use_ssl": parts.scheme == "smtp+tls",
            "timeout": 10,
        },
    }


def mail_provider(name: str, value: str) -> dict[str, Any] | None:
    """A provider that anymail knows, such as `mailgun` or `amazon_ses` → an entry of MAILERS; '' → None."""
    if not value:
        return None
    if not value.isidentifier() or importlib.util.find_spec(f"anymail.backends.{value}") is None:
        raise BadSetting(name, "names no provider that django-anymail knows")
    if value.startswith("amazon_ses") and importlib.util.find_spec("boto3") is None:
        raise BadSetting(name, "needs boto3, which is not installed: uv pip install --python .venv boto3")
    return {"BACKEND": f"anymail.backends.{value}.EmailBackend"}


def _require_place(name: str, parts: SplitResult) -> None:
    socket_schemes = {"unix", "redis+socket"}
    if not (parts.path if parts.scheme in socket_schemes else parts.hostname):
        raise BadSetting(name, "names no server")
