"""Public ids."""

import os
import time
import uuid

_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562, section 5.7): 48 bits of Unix milliseconds, 74 random bits.

    Made here because Python has it only from 3.14 and PostgreSQL only from 18.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | random
    value = value & ~(0xF << 76) & ~(0x3 << 62) | _VERSION | _VARIANT
    return uuid.UUID(int=value)
