"""Visitors who write in the chat without a browser, and a post office that takes every mail."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.test import Client

from campaigns.channels.port import Fate, Outcome, Parcel, Turn

SITE = "https://shop.example"


@dataclass
class Visitor:
    """What a frame keeps: the token of its visit, and what is to name the words it sends next."""

    client: Client
    key: str
    visit: str = ""
    person: str = ""
    once: str = ""

    def url(self, what: str = "") -> str:
        return f"/w/chat/{self.key}/{what}"

    def post(self, what: str, **fields: str):
        given = {"visit": self.visit, "person": self.person, "page": f"{SITE}/beans", **fields}
        answer = self.client.post(self.url(what), given)
        if answer.status_code == 200:
            page = answer.content.decode()
            self.visit, self.once = attribute(page, "data-visit"), attribute(page, "data-once")
        return answer

    def say(self, text: str, **fields: str):
        return self.post("say", **{"text": text, "once": self.once, **fields})

    def reads(self, **fields: str) -> str:
        return self.post("lines", **fields).content.decode()

    def reload(self) -> str:
        return self.post("begin").content.decode()


def attribute(page: str, name: str) -> str:
    return re.search(rf'{name}="([^"]*)"', page)[1]


class Post:
    """Takes every mail, and notes where it goes."""

    leaves = True

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def hand_over(self, parcels: Iterable[Parcel], turn: Turn) -> None:
        taken = list(parcels)
        turn([], [parcel.key for parcel in taken])
        self.addresses += [parcel.address for parcel in taken]
        turn([Outcome(parcel.key, Fate.ACCEPTED) for parcel in taken], [])

    def close(self) -> None:
        pass
