"""What stands among the questions and is not chosen or written: photos, ticks, what a link brings, words of ours."""

from collections import Counter
from uuid import UUID

from django.utils.translation import gettext as _

from campaigns.surveys.asked.kinds.kind import Answer, Kind, Parts, Tally, Tampered, bar, single
from campaigns.surveys.asked.questions import Question

MAX_HIDDEN = 200
SIZE = (1600, 1600)
"""Of a photo that was sent."""


class Photo(Kind):
    """The file itself is read in `campaigns.surveys.taking.photos`; the form has nothing but it."""

    template = "photo"

    def read(self, question: Question, said: Parts) -> Answer:
        raise Tampered

    def refilled(self, question: Question, value: str) -> Parts:
        return {}

    def answer(self, uid: UUID, photo: tuple[bytes, str]) -> Answer:
        return Answer(str(uid), (str(uid),), _("A photo"), photo=photo)


class Consent(Kind):
    """A tick for exactly these words, which are kept with it."""

    counted = True
    template = "consent"

    def read(self, question: Question, said: Parts) -> Answer:
        if single(said) != "1":
            raise Tampered
        return Answer("yes", ("1",), _("Yes"))

    def refilled(self, question: Question, value: str) -> Parts:
        return {}

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        return Tally([bar(_("Yes"), chosen["1"], answered)])


class Hidden(Kind):
    """What the link said, as `?<id>=…`; it is signed into the form, and nothing that is posted changes it."""

    template = "hidden"

    def read(self, question: Question, said: Parts) -> Answer:
        raise Tampered

    def lacking(self, question: Question) -> tuple[str, str] | None:
        return None

    def answer(self, value: str) -> Answer:
        words = " ".join(value.replace("\x00", "").split())[:MAX_HIDDEN]
        return Answer(words, (words,), words)


class Silent(Kind):
    """Asks nothing."""

    template = "statement"

    def ends(self, question: Question) -> tuple[str, ...]:
        return ()

    def read(self, question: Question, said: Parts) -> Answer:
        raise Tampered


class Page(Silent):
    """Begins a page; its words are the heading, and may be missing."""

    template = "page"

    def lacking(self, question: Question) -> tuple[str, str] | None:
        return None
