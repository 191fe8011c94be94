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


def is_uid(value: object) -> bool:
    """Whether it is a UUID as we write them."""
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


UUID7_SQL = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid"""
"""The same as an expression of SQL, for rows that are made there in sets: a random UUID's version 4 becomes 7."""
