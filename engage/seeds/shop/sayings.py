"""What people said at the counter, by mail and by phone: the words, and what is remembered of them."""

from typing import NamedTuple


class Heard(NamedTuple):
    """How words came to us: the source's kind and label, and who wrote them down."""

    kind: str
    label: str
    by: str


COUNTER = Heard("counter", "Heard at the counter", "Ada Fenn")
REPLY = Heard("reply", "A mail to us", "Ada Fenn")
PHONE = Heard("staff", "By phone", "Olga Marsh")


class Saying(NamedTuple):
    value: str
    words: str
    heard: Heard = COUNTER


class Key(NamedTuple):
    """A key of the memory; `fresh_days` after which it is asked again."""

    label: str
    question: str
    sayings: tuple[Saying, ...]
    citable: bool = True
    sensitive: bool = False
    fresh_days: int = 400


KEYS = {
    "brewing": Key(
        "Brewing",
        "What do you brew with?",
        (
            Saying("V60", "I do a V60 every morning, before anybody is up."),
            Saying("French press", "French press. I like it heavy."),
            Saying("AeroPress", "We took an AeroPress to the boat and never went back.", REPLY),
            Saying("moka pot", "My grandmother's moka pot. It leaks a bit, but it is hers."),
            Saying("espresso machine", "I bought a second-hand espresso machine, so please nothing too light.", REPLY),
            Saying("V60", "Pour-over, the white V60 from you.", PHONE),
        ),
    ),
    "roast": Key(
        "Roast",
        "How dark do you like it?",
        (
            Saying("dark", "As dark as you have it."),
            Saying("light", "Light, please, I want to taste the fruit.", REPLY),
            Saying("medium", "Something in the middle, nothing sour."),
            Saying("dark", "The Sidamo was too bright for us. Dark again next time.", REPLY),
        ),
    ),
    "grind": Key(
        "Grind",
        "Shall we grind it for you?",
        (
            Saying("whole beans", "Whole beans, I have a grinder now."),
            Saying("coarse", "Coarse, it is for the French press.", PHONE),
            Saying("fine", "Fine, for the moka pot.", REPLY),
        ),
        fresh_days=90,
    ),
    "decaf": Key(
        "Decaf",
        "With or without caffeine?",
        (
            Saying("yes", "Only decaf after four for me."),
            Saying("yes", "The doctor said no caffeine, so decaf from now on.", PHONE),
        ),
    ),
    "gift_month": Key(
        "Gift month",
        "When do you give presents?",
        (
            Saying("March", "My sister's birthday is in March, I always send her tea.", REPLY),
            Saying("December", "We give your gift boxes to the whole team at Christmas.", PHONE),
            Saying("June", "Our anniversary is in June."),
        ),
    ),
    "delivery_day": Key(
        "Delivery day",
        "Which day suits you?",
        (
            Saying("Thursday", "Thursdays are best, I work from home.", REPLY),
            Saying("Saturday", "Please only on Saturdays, the porch is not safe.", PHONE),
        ),
        fresh_days=60,
    ),
    "address_form": Key(
        "How to address",
        "How may we address you?",
        (
            Saying("by first name", "First name is fine, we have known each other for years."),
            Saying("Dr", "It is Dr, not Mrs.", PHONE),
        ),
        citable=False,
    ),
    "allergy": Key(
        "Allergy",
        "Is there anything you must not have?",
        (Saying("nuts", "I am allergic to nuts. Please no hazelnut syrup near it.", COUNTER),),
        citable=False,
        sensitive=True,
        fresh_days=3650,
    ),
}

TOLD = {"brewing": 6, "roast": 12, "grind": 9, "decaf": 5, "gift_month": 4, "delivery_day": 4, "address_form": 3}
"""How many say each; the rest of what was told speaks of brewing."""

ALLERGIC = 3
STALE = {"grind": 7, "delivery_day": 4}
"""So many of these were said too long ago."""
