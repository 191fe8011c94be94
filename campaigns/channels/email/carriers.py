"""Who carries our mail: nobody (the outbox), an SMTP server, or a provider through Django's mail backends."""

import socket
from collections.abc import Mapping
from typing import Any

from campaigns.channels.email.greeting import Server
from campaigns.channels.email.provider import Provider
from campaigns.channels.email.smtp import Smtp
from campaigns.channels.port import Carrier, Outbox

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def carrier(mailer: Mapping[str, Any] | None) -> Carrier:
    """The carrier for an entry of MAILERS; None keeps mail in the outbox."""
    if mailer is None:
        return Outbox()
    if mailer["BACKEND"] == SMTP_BACKEND:
        return Smtp(_server(mailer.get("OPTIONS", {})))
    return Provider("default")


def _server(options: Mapping[str, Any]) -> Server:
    security = "tls" if options.get("use_ssl") else "starttls" if options.get("use_tls") else ""
    return Server(
        host=options["host"],
        port=options["port"],
        username=options.get("username", ""),
        password=options.get("password", ""),
        security=security,
        hello=socket.getfqdn(),
        connect_timeout=options.get("timeout", 10),
    )
