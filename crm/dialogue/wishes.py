"""Do these words say nothing but "a person, please"? Never guessed: a longer text is for a person anyway."""

import re

PLEAS = frozenset(
    phrase
    for line in (
        "person|human|agent|operator|representative|a person|a human|real person|a real person|human please",
        "person please|a person please|a human please|an agent please|talk to a person|talk to a human",
        "speak to a person|speak to a human|speak to someone|talk to someone|i want to talk to a person",
        "i want a person|i want to speak to a person|can i talk to a person|can i speak to a person",
        "let me talk to a person|not a bot|no bot",
        "persona|una persona|humano|agente|operador|una persona por favor|hablar con una persona",
        "quiero hablar con una persona|hablar con alguien|quiero hablar con alguien|con una persona",
        "mensch|ein mensch|mitarbeiter|einen menschen bitte|mit einem menschen sprechen",
        "ich möchte mit einem menschen sprechen",
        "personne|une personne|un humain|conseiller|parler à une personne|parler à quelqu'un|parler à un conseiller",
        "人工|真人|转人工|人工客服|找人工|我要人工|转人工客服|客服",
    )
    for phrase in line.split("|")
)
_MARKS = re.compile(r"[\s.,!?¡¿;:…。，！？、“”\"()]+")


def wants_person(text: str) -> bool:
    return len(text) <= 80 and _MARKS.sub(" ", text).strip().casefold() in PLEAS
