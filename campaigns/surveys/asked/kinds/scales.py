"""Stars, smileys, numbers, NPS, CSAT, CES and sliders: answers that are numbers of a scale."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaigns.surveys.asked.kinds import classes
from campaigns.surveys.asked.kinds.choosing import OneOf
from campaigns.surveys.asked.kinds.kind import Answer, Kind, Parts, Tally, Tampered, single
from campaigns.surveys.asked.questions import Question, Type
from crm.preferences.models import PreferenceKey


class Scale(OneOf):
    template = "scale"
    memory = PreferenceKey.Type.NUMBER

    def lacking(self, question: Question) -> tuple[str, str] | None:
        (low, high), most = question.ends, question.talk_at_most
        if most is not None and not low <= most <= high:
            return "talk_at_most", _("Between %(low)d and %(high)d.") % {"low": low, "high": high}
        return Kind.lacking(self, question)

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        return Tally(super().tally(question, chosen, answered).bars, upright=True)


class Slider(Kind):
    counted = True
    template = "slider"
    memory = PreferenceKey.Type.NUMBER

    def read(self, question: Question, said: Parts) -> Answer:
        value = single(said)
        low, high = question.ends
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 11) or not low <= int(value) <= high:
            raise Tampered
        number = str(int(value))
        return Answer(number, (number,), number)

    def lacking(self, question: Question) -> tuple[str, str] | None:
        if found := super().lacking(question):
            return found
        low, high = question.ends
        return None if low < high else ("most", _("The most is less than the least."))

    def marks(self, question: Question, given: Mapping[str, Any]) -> list[tuple[str, str | None]]:
        return classes.marks(given)

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        return Tally(classes.bars(chosen, answered), upright=True)


SIGN = {Type.STARS: "★"}
"""What stands beside a number."""

MOUTHS = {1: (17, 11), 2: (16, 13), 3: (15, 15), 4: (14, 17), 5: (14, 20)}
"""Of smileys: how high their corners and their middle are, of 24."""


def meaning(type: Type, no: int) -> str:
    """What a number of a scale says to whoever does not see its sign; '' where the number says it."""
    if type is Type.SMILEYS:
        return [_("very bad"), _("bad"), _("so so"), _("good"), _("very good")][no - 1]
    return ""


def in_words(question: Question, no: int) -> str:
    """A number of a scale to whoever does not see the scale."""
    said = {"no": no, "low": question.ends[0], "most": question.ends[1]}
    if question.type is Type.STARS:
        return _("%(no)d of %(most)d stars") % said
    if question.type is Type.SMILEYS:
        return _("%(meaning)s, %(no)d of %(most)d") % {**said, "meaning": meaning(question.type, no)}
    usual = usual_ends(question.type)
    worst, best = question.low or usual[0], question.high or usual[1]
    if worst and best:
        ends = {"worst": worst, "best": best}
        return _("%(no)d, where %(low)d is “%(worst)s” and %(most)d “%(best)s”") % {**said, **ends}
    return _("%(no)d, from %(low)d to %(most)d") % said


def usual_ends(type: Type) -> tuple[str, str]:
    """What the ends mean where the author said nothing."""
    match type:
        case Type.NPS:
            return _("not at all likely"), _("very likely")
        case Type.CSAT:
            return _("not at all satisfied"), _("very satisfied")
        case Type.CES:
            return _("very hard"), _("very easy")
    return "", ""
