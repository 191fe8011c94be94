"""Signs mail (DKIM, RFC 6376): rsa-sha256, relaxed headers, simple body.

The body goes as it is composed, with CRLF and a final line, so that "simple" needs no rewriting of it; what costs is
the one private operation. OpenSSL does it without Python's lock.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references"),
    *("list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "mime-version", "content-type"),
)
"""One-click unsubscribing must be covered (RFC 8058, section 4). From stands twice, so that nobody can add another."""

_FOLD = re.compile(rb"\r\n(?=[ \t])")
_BLANKS = re.compile(rb"[ \t]+")


@dataclass(frozen=True, slots=True)
class Signer:
    domain: str
    selector: str
    key: Any

    def sign(self, mail: bytes, *, at: int) -> bytes:
        """The mail with its signature in front. `at` is a Unix time."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = {name.lower(): (name, value) for name, value in map(_split, _FOLD.sub(b"", head).split(b"\r\n"))}
        present = [name for name in SIGNED if name.encode() in fields]
        digest = base64.b64encode(hashlib.sha256(_simple(body)).digest()).decode()
        template = (
            f"v=1; a=rsa-sha256; c=relaxed/simple; d={self.domain}; s={self.selector}; t={at}; "
            f"h={':'.join(['from', *present])}; bh={digest}; b="
        )
        covered = [_relaxed(*fields[name.encode()]) for name in present]
        covered.append(_relaxed(b"DKIM-Signature", template.encode()))
        signature = self.key.sign(b"\r\n".join(covered), padding.PKCS1v15(), hashes.SHA256())
        text = base64.b64encode(signature).decode()
        folded = "\r\n\t".join(text[start : start + 70] for start in range(0, len(text), 70))
        return f"DKIM-Signature: {template.replace('; ', ';\r\n\t')}{folded}\r\n".encode() + mail


def _split(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name, value


def _relaxed(name: bytes, value: bytes) -> bytes:
    return name.strip().lower() + b":" + _BLANKS.sub(b" ", value).strip()


def _simple(body: bytes) -> bytes:
    """Without the empty lines at its end, but for the one line break (section 3.4.3)."""
    return body.rstrip(b"\r\n") + b"\r\n"
