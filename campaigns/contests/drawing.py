"""The draw that anybody can check: what is promised before, what is shown after. Pure.

With the contest a seed is made, 32 random bytes written as 64 hexadecimal digits. Its commitment, the SHA-256 of those
64 ASCII characters, stands on the page from the beginning. When no more entries come, their public ids are fixed: in
small letters, sorted, and for their SHA-256 joined by line feeds. At the end the seed is shown, and whoever has the
least HMAC-SHA256 (RFC 2104), its key the seed's characters, its message the id, is the first.

An id stands alone in its HMAC: taking one out moves nobody before or behind somebody else.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence


def new_seed() -> str:
    return secrets.token_hex(32)


def commitment(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def fixed(ids: Iterable[object]) -> list[str]:
    """As the list is kept and shown."""
    return sorted(str(id).lower() for id in ids)


def digest_of(ids: Sequence[str]) -> str:
    """Of a list that is `fixed`."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def lot(seed: str, id: str) -> str:
    """What an entry has drawn: the least is the first."""
    return hmac.new(seed.encode(), id.encode(), "sha256").hexdigest()


def drawn(seed: str, ids: Iterable[str]) -> list[str]:
    """All of them, the first first."""
    return sorted(ids, key=lambda id: lot(seed, id))


CHECK = """\
import hashlib, hmac, json
record = json.load(open("record.json"))
seed, listed, gone = record["seed"].encode(), record["drawn_from"], record["passed_over"]
assert hashlib.sha256(seed).hexdigest() == record["commitment"], "another seed"
assert hashlib.sha256("\\n".join(listed).encode()).hexdigest() == record["drawn_from_sha256"], "another list"
lot = lambda id: hmac.new(seed, id.encode(), "sha256").hexdigest()
for group in record["drawn"]:
    among = [id for id in group["among"] if id in listed and id not in gone]
    assert sorted(among, key=lot)[: len(group["came"])] == group["came"], "another order"
print("It is right.")
"""
"""Ten lines with which anybody checks the record of a draw without us."""
