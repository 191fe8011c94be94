"""The demo's own shop and its team. Passwords differ in each home, and can be said again there."""

import hashlib
import hmac
from datetime import datetime, time
from typing import NamedTuple

from django.conf import settings

from crm.business.actions import add_colleague, update_business
from crm.business.models import User

NAME = "Copper Kettle"
QUIET_FROM, QUIET_UNTIL = time(20), time(9)


class Login(NamedTuple):
    name: str
    email: str
    role: str


LOGINS = (
    Login("Olga Marsh", "olga@copperkettle.example", User.Role.OWNER),
    Login("Max Reed", "max@copperkettle.example", User.Role.MARKETER),
    Login("Ada Fenn", "ada@copperkettle.example", User.Role.AGENT),
)
WORDS = (
    "amber anchor apple barley basket beacon bramble breeze bridge butter candle cedar cherry clover cobble copper "
    "cotton cradle crumb daisy drizzle ember fennel ferry garden ginger harbour hazel honey island ivory juniper "
    "kettle lantern lemon linen maple marble meadow mint morning nutmeg olive orchard paper pebble pepper plum "
    "quarry quiet raisin ribbon river saddle saffron sail silver spoon sugar thimble velvet willow window"
)


def open_shop(at: datetime) -> None:
    """The shop as a demo: nothing leaves it. It has no quiet hours yet, or the seed would depend on the hour."""
    update_business(
        by="seed",
        at=at,
        name=NAME,
        country="GB",
        timezone="Europe/London",
        currency="GBP",
        language="en",
        colour="#7A4B00",
        postal_address="4 Quay Lane, Wexcombe, WX1 4QL",
        one_word="coffee",
        sender_name="Olga at Copper Kettle",
        sender_email="hello@copperkettle.example",
        demo=True,
        live=False,
        quiet_from=time(0),
        quiet_until=time(0),
    )


def keep_quiet_hours(at: datetime) -> None:
    update_business(by="seed", at=at, quiet_from=QUIET_FROM, quiet_until=QUIET_UNTIL)


def hire(at: datetime) -> dict[str, User]:
    """The three of them, by role."""
    return {
        login.role: add_colleague(
            email=login.email, name=login.name, role=login.role, by="seed", at=at, password=password(login)
        )
        for login in LOGINS
    }


def logins() -> str:
    """Who can sign in to the demo, one a line."""
    rows = [f"  {login.role:<8}  {login.email:<28}  {password(login)}" for login in LOGINS]
    return "\n".join(["Sign in to the demo shop as", *rows])


def password(login: Login) -> str:
    """Three words that this home's secret key makes of the address."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"demo login:" + login.email.encode(), hashlib.sha256)
    words = WORDS.split()
    return " ".join(words[int.from_bytes(digest[place : place + 4]) % len(words)] for place in (0, 4, 8))
