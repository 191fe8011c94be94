"""What a page of a survey posted: it is saved, and the next page put; the last one makes the answers final."""

from collections.abc import Mapping
from functools import cached_property

from django.http import HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campaigns.surveys import queries
from campaigns.surveys.asked.definition import SCREEN_OUT, Page
from campaigns.surveys.asked.kinds.kind import Answer, Parts
from campaigns.surveys.asked.questions import Question, Type
from campaigns.surveys.confirming import own_answers
from campaigns.surveys.filling import doors, page, spam
from campaigns.surveys.filling.filling import Filling
from campaigns.surveys.filling.page import Kept
from campaigns.surveys.limits import devices
from campaigns.surveys.limits.limiting import Full, is_full
from campaigns.surveys.limits.limits import Once
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.taking import photos, recording
from campaigns.surveys.taking.answers import Reading, parts_of, read
from campaigns.surveys.taking.recording import Occasion
from crm.contacts import normal
from engage.lib import crowds
from engage.lib.crowds import Verdict
from engage.lib.public import came_from, too_often
from engage.lib.spoken import speak

PHOTOS_AN_HOUR = 60
TOO_MUCH = gettext_lazy("Many answers came from here at once. Please press the button again in some minutes.")


class Receiving:
    """One POST for the page at hand."""

    def __init__(self, at_hand: Filling, at_page: Page) -> None:
        self.at_hand, self.page, self.request = at_hand, at_page, at_hand.request
        self.do, _colon, self.of = self.request.POST.get("do", "").partition(":")
        self.reading = self._read()

    def carry_out(self) -> HttpResponse:
        match self.do:
            case "dont":
                return self._dont()
            case "back":
                return self._back()
            case "lang":
                return self._speak()
        if self.reading.errors:
            return self._again(errors=self.reading.errors, status=400)
        after = self.at_hand.walk.next(self.page, self._all())
        is_empty = not (self._all().keys() - self.at_hand.sheet.hidden.keys())
        if is_empty and not isinstance(after, Page):
            sent = queries.on_occasion(self._survey, self.at_hand.visitor.occasion)
            if sent and sent.state not in (Response.State.PROVISIONAL, Response.State.BEGUN):
                return self._before()
            return self._again(problem=_("Nothing is filled in yet."), status=400)
        if too_much := self._too_much(is_last=not isinstance(after, Page)):
            return too_much
        is_new = after != SCREEN_OUT and not self.at_hand.visitor.changes
        if is_new and is_full(self._survey.pk, self.at_hand.limits, self._heard()):
            return self._full()
        if isinstance(after, Page):
            return self._next(after)
        return self._screen_out() if after == SCREEN_OUT else self._send()

    def _read(self) -> Reading:
        """What is filled in on the page, and what is wrong with it."""
        stays = self.at_hand.may_stay(self.page)
        asked = self._asked()
        skipped = self.at_hand.known | stays
        reading = read(asked, self.request.POST, skipped=skipped, shown=self.at_hand.spoken)
        for question in (one for one in asked if one.type is Type.PHOTO):
            found = self._photo(question, needed=question.required and question.id not in stays)
            if isinstance(found, Answer):
                reading.answers[question.id] = found
            elif found:
                reading.errors[question.id] = found
        return reading

    def _photo(self, question: Question, *, needed: bool) -> Answer | str | None:
        if photos.came(self.request, question) and too_often(
            "survey-photo", spam.network(self.request), limit=PHOTOS_AN_HOUR, seconds=3600
        ):
            return str(TOO_MUCH)
        return photos.read(self.request, question, needed=needed)

    def _asked(self) -> list[Question]:
        """What the page put, and what it left out because we know it: whoever answers that is heard."""
        put = self.at_hand.walk.questions(self.page, self.at_hand.answers)
        return [one for one in self.page.questions if one in put or one.id in self.at_hand.walk.skipped]

    def _emptied(self) -> list[str]:
        """Questions whose answer was there to be seen and was taken out."""
        gone = {one.id for one in self._asked()} - self.reading.answers.keys() - self.at_hand.may_stay(self.page)
        return sorted(gone & self.at_hand.answers.keys())

    def _all(self) -> dict[str, Answer]:
        """All answers so far."""
        emptied = self._emptied()
        return {id: one for id, one in self.at_hand.answers.items() if id not in emptied} | self.reading.answers

    def _occasion(self) -> Occasion:
        at_hand = self.at_hand
        return Occasion(at_hand.version, at_hand.visitor, at_hand.at, at_hand.wordings(), self._language())

    def _language(self) -> str:
        return self.at_hand.language or get_language() or ""

    def _save(self, turned_to: str) -> bool:
        """Keep what can be read; False where it was answered before."""
        hidden = {id: self.at_hand.answers[id] for id in self.at_hand.sheet.hidden if id in self.at_hand.answers}
        answers = hidden | self.reading.answers
        saved = recording.save_page(self._occasion(), answers, emptied=self._emptied(), page=turned_to)
        self.at_hand.read_again()
        return saved is not None

    def _next(self, after: Page) -> HttpResponse:
        if not self._save(after.id):
            return self._before()
        self.at_hand.turn_to(after, own=self.page.id)
        return page.show(self.at_hand, kept=self._kept())

    def _back(self) -> HttpResponse:
        """To the page before; what is wrong on this one is asked for again later."""
        to = self.at_hand.before(self.page) or self.page
        if self.reading.answers and not self._save(to.id):
            return self._before()
        self.at_hand.turn_to(to, own=self.page.id)
        return page.show(self.at_hand, kept=[])

    def _dont(self) -> HttpResponse:
        """An answer of the page before is not to be remembered; this page stays as it is filled in."""
        begun = self.at_hand.begun
        if begun is None:
            return self._before()
        recording.keep_from_memory(response=begun, question=self.of)
        self.at_hand.read_again()
        return self._again(kept=self._kept())

    def _speak(self) -> HttpResponse:
        """The same page, as it is filled in, in another language. Nothing is saved."""
        self.at_hand.speak(self.of)
        with speak(self.at_hand.language):
            return self._again()

    def _screen_out(self) -> HttpResponse:
        done = recording.screen_out(self._occasion(), self._heard())
        return page.screened(self.at_hand) if done else self._before()

    @property
    def _survey(self) -> Survey:
        return self.at_hand.version.survey

    def _heard(self) -> dict[str, Answer]:
        return self.at_hand.walk.heard(self._all())

    def _full(self) -> HttpResponse:
        """Somebody came when all places were taken: counted apart."""
        done = recording.set_apart(self._occasion(), self._heard(), Response.State.FULL)
        return doors.full(self.request, self._survey, self.at_hand.limits) if done else self._before()

    def _wait(self) -> HttpResponse:
        """The answer counts once the address that was given is confirmed."""
        address = normal.identity("email", self.request.POST.get(page.ADDRESS, "").strip())
        if address is None:
            problem = _(
                "Please give your e-mail address: we mail a link there, and your answer counts once you open it."
            )
            return self._again(problem=problem, asks_address=True, status=400)
        if too_much := self._too_many_mails(asks_address=True):
            return too_much
        if own_answers.wait(self._occasion(), self._heard(), address=address) is None:
            return self._before()
        return page.one_step_left(self.request, self.at_hand.definition)

    @cached_property
    def _worked(self) -> int:
        return spam.worked(self.request, self._survey.pk, self.at_hand.at)

    def _unproved(self) -> HttpResponse:
        """Without script, or too late: a link that is mailed to their address proves as much."""
        if self.request.POST.get(page.ADDRESS):
            return self._wait()
        problem = _(
            "Press the button once more. Without script, please give your e-mail address: we mail a link there."
        )
        return self._again(problem=problem, asks_address=True, status=400)

    def _is_too_fast(self) -> bool:
        """Of strangers; whoever asks to be written to has to confirm it anyway."""
        at_hand = self.at_hand
        if at_hand.visitor.message or at_hand.definition.permission:
            return False
        answered = [one for one in at_hand.shown.questions if one.id in self._heard()]
        return spam.is_too_fast(answered, began=at_hand.began, at=at_hand.at)

    def _look_first(self) -> HttpResponse:
        if recording.set_apart(self._occasion(), self._heard(), Response.State.SUSPECT) is None:
            return self._before()
        spam.note_sign(self._survey.pk)
        return page.looked_at_first(self.request, self.at_hand.definition)

    def _send(self) -> HttpResponse:
        if self.at_hand.asks_address:
            return self._wait()
        if self.at_hand.needs_proof and self._worked < crowds.HARDEST:
            return self._unproved()
        if self._is_too_fast():
            return self._look_first()
        try:
            return self._finish()
        except Full:
            return self._full()

    def _finish(self) -> HttpResponse:
        permission = self.at_hand.definition.permission
        asks = permission is not None and permission.id in self.reading.answers
        if asks and (too_much := self._too_many_mails()):
            return too_much
        response = recording.answer(
            version=self.at_hand.version,
            visitor=self.at_hand.visitor,
            answers=self._heard(),
            at=self.at_hand.at,
            wordings=self.at_hand.wordings(),
            declined=self._declined(),
            network_address=None if self.at_hand.visitor.typed_by else came_from(self.request),
            language=self._language(),
            began=self.at_hand.began,
            unkept=self._unkept(),
        )
        if response is None:
            return self._before()
        if self.at_hand.visitor.typed_by:
            return page.typed(self.request, response, asked=asks)
        thanks = page.thanks(self.request, response, asked=asks)
        if self.at_hand.limits.once is Once.DEVICE and not self.at_hand.visitor.message:
            framed = hasattr(self.at_hand.request, "frame")
            devices.mark(thanks, self._survey, response.occasion, framed=framed, at=self.at_hand.at)
        return thanks

    def _too_much(self, *, is_last: bool) -> HttpResponse | None:
        """Without script an address is as good as the work."""
        if self.at_hand.visitor.message or self.at_hand.begun:
            return None
        verdict = crowds.judge(self.request, spam.ANSWERS, worked=self._worked)
        if verdict is Verdict.WORK and is_last and self.request.POST.get(page.ADDRESS):
            return self._wait()
        return self._told(verdict)

    def _too_many_mails(self, *, asks_address: bool = False) -> HttpResponse | None:
        return self._told(crowds.judge(self.request, spam.MAILS, worked=self._worked), asks_address=asks_address)

    def _told(self, verdict: Verdict, *, asks_address: bool = False) -> HttpResponse | None:
        if verdict is Verdict.TAKEN:
            return None
        problem = spam.PRESS_AGAIN if verdict is Verdict.WORK else TOO_MUCH
        return self._again(problem=str(problem), asks_address=asks_address, status=429)

    def _declined(self) -> frozenset[str]:
        begun = self.at_hand.begun
        return frozenset(id for id, raw in begun.answers.items() if raw.get("declined")) if begun else frozenset()

    def _unkept(self) -> frozenset[str]:
        """What a colleague typed is remembered where they agreed that we keep it."""
        if self.at_hand.visitor.typed_by is None or page.AGREED in self.request.POST:
            return frozenset()
        return frozenset(one.id for one in self.at_hand.definition.questions if one.remember)

    def _kept(self) -> list[Kept]:
        """What will be remembered of the page that was filled in last."""
        if self.at_hand.visitor.typed_by:
            return []
        before = self.at_hand.before(self.at_hand.page) if self.at_hand.page else None
        if before is None or not self.at_hand.sees(before):
            return []
        declined, answers = self._declined(), self.at_hand.answers
        asked = [one for one in before.questions if one.remember and one.id in answers]
        return [Kept(one.id, answers[one.id].words, one.id in declined) for one in asked]

    def _again(
        self,
        *,
        errors: Mapping[str, str] | None = None,
        problem: str = "",
        kept: list[Kept] | None = None,
        asks_address: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        filled: dict[str, Parts] = {one.id: parts_of(one, self.request.POST) for one in self._asked()}
        return page.show(
            self.at_hand,
            posted=filled,
            errors=errors,
            problem=problem,
            kept=kept,
            asks_address=asks_address,
            status=status,
        )

    def _before(self) -> HttpResponse:
        return page.answered_before(self.request, self.at_hand.visitor, self.at_hand.at)
