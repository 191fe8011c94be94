"""One occasion of filling in a survey: what was answered so far, what is known, and where it goes on."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from campaigns.surveys import queries
from campaigns.surveys.asked.definition import Definition, Page
from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.asked.kinds.special import Hidden
from campaigns.surveys.asked.languages import choose, in_language
from campaigns.surveys.asked.piping import Place, fill, fill_or_leave_out, places
from campaigns.surveys.asked.questions import Question, Type
from campaigns.surveys.asked.walk import Walk
from campaigns.surveys.filling import spam
from campaigns.surveys.filling.conditions import Conditions
from campaigns.surveys.limits import devices
from campaigns.surveys.limits.limits import Limits, Once, parse_limits
from campaigns.surveys.links import Sheet, Tap, Visitor, base_of
from campaigns.surveys.models import Response, SurveyVersion
from campaigns.surveys.taking.answers import read_back, tapped
from crm.business.queries import business
from crm.preferences.recall import Cited, known
from engage.lib import device


class Filling:
    """Whoever has only a link may have it from somebody else: what we know is not shown, its questions are left out,
    and what was answered elsewhere is not shown either. On a device that she asked us to remember all of it is."""

    def __init__(
        self, request: HttpRequest, version: SurveyVersion, visitor: Visitor, sheet: Sheet, at: datetime
    ) -> None:
        self.request, self.version, self.visitor, self.sheet, self.at = request, version, visitor, sheet, at
        self.definition: Definition = queries.definition_of(version)

    @property
    def language(self) -> str:
        """In which the questions are shown; '' where there is but one."""
        return self.sheet.language if self.sheet.language in self.languages else ""

    @property
    def languages(self) -> list[str]:
        """In which it can be read, its own first; none where there is but one."""
        return [own_language(self.definition), *self.definition.languages] if self.definition.languages else []

    @cached_property
    def shown(self) -> Definition:
        """As it reads in their language."""
        return in_language(self.definition, self.language)

    def spoken(self, question: Question) -> Question:
        """A question as it reads in their language."""
        return self.shown.question(question.id) or question

    def speak(self, language: str) -> None:
        """Go on in another of its languages."""
        if language in self.languages:
            self.sheet = replace(self.sheet, language=language)
            self._forget("shown")

    @cached_property
    def begun(self) -> Response | None:
        """What was saved by earlier pages."""
        return queries.begun(self.version.survey_id, self.visitor.occasion)

    @property
    def began(self) -> datetime | None:
        """When the first page was opened, on whatever device."""
        opened = datetime.fromtimestamp(self.sheet.began, UTC) if self.sheet.began else None
        return min(filter(None, [opened, self.begun.started if self.begun else None]), default=None)

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """What was answered so far, and what the link brought."""
        hidden = (one for one in self.definition.questions if one.type is Type.HIDDEN)
        brought = {one.id: Hidden().answer(said) for one in hidden if (said := self.sheet.hidden.get(one.id))}
        saved = self.begun.answers if self.begun else {}
        return {id: read_back(raw) for id, raw in saved.items()} | brought

    @cached_property
    def told(self) -> dict[str, Cited]:
        """By preference key, what they told us and is still fresh."""
        person = self.visitor.person
        if person is None:
            return {}
        keys = {*self.definition.keys(), *(place.name for place in self._places() if place.kind == "told")}
        return known([person.pk], keys, at=self.at).get(person.pk, {})

    @cached_property
    def known(self) -> frozenset[str]:
        """The questions that need no answer."""
        return frozenset(q.id for q in self.definition.questions if q.remember and q.remember.key in self.told)

    @cached_property
    def may_see(self) -> bool:
        person = self.visitor.person
        return person is not None and device.is_known(self.request, str(person.uid), at=self.at)

    @property
    def limits(self) -> Limits:
        return parse_limits(self.version.survey.limits)

    @cached_property
    def needs_proof(self) -> bool:
        """Whether their browser must show that it did some work, or they that an address is theirs."""
        return self.visitor.message is None and spam.needs_proof(self.version.survey, self.limits)

    @property
    def asks_address(self) -> bool:
        """Whether their answer counts only once their address is confirmed."""
        return self.visitor.message is None and self.limits.once is Once.ADDRESS

    @cached_property
    def former(self) -> dict[str, Answer]:
        """What they answered before and change now; only where they may see it."""
        if not self.visitor.changes:
            return {}
        here = devices.answered_here(self.request, self.version.survey, at=self.at)
        if not self.may_see and not here:
            return {}
        base = base_of(self.visitor.occasion if self.may_see else here)
        found = queries.on_occasion(self.version.survey, base)
        return {id: read_back(raw) for id, raw in found.answers.items()} if found else {}

    @cached_property
    def tapped(self) -> dict[str, Answer]:
        """The answer that the link named, if the question still has it."""
        question, no = self.definition.question(self.sheet.tap.question), self.sheet.tap.no
        given = tapped(question, no) if question and no else None
        return {question.id: given} if question and given else {}

    @cached_property
    def walk(self) -> Walk:
        conditions = Conditions(self.definition.rules(), self.visitor.person, self.at)
        all_asked = self.may_see or self.visitor.changes
        skipped = frozenset() if all_asked else self.known - self.tapped.keys()
        return Walk(self.definition, conditions.hold, skipped)

    @cached_property
    def page(self) -> Page | None:
        """The page at hand: the one that the form was for, where it stands on the way; else the first."""
        path, _end = self.walk.path(self.answers)
        return next((page for page in path if page.id == self.sheet.page), path[0] if path else None)

    def place(self, page: Page) -> tuple[int, int]:
        """The number of a page, and of how many as things stand."""
        path, _end = self.walk.path(self.answers)
        ids = [one.id for one in path]
        return ids.index(page.id) + 1 if page.id in ids else 1, len(ids)

    def before(self, page: Page) -> Page | None:
        path, _end = self.walk.path(self.answers)
        number, _count = self.place(page)
        return path[number - 2] if number > 1 else None

    def sees(self, page: Page) -> bool:
        """Whether what is saved of a page may be shown."""
        return self.may_see or page.id in self.sheet.own

    def may_stay(self, page: Page) -> frozenset[str]:
        """Questions of a page whose answer is saved and not shown: left empty it stays as it is."""
        unseen = () if self.sees(page) else (question.id for question in page.questions if question.id in self.answers)
        photos = (one.id for one in page.questions if one.type is Type.PHOTO and one.id in self.answers)
        return frozenset([*unseen, *photos])

    def turn_to(self, page: Page, *, own: str = "") -> None:
        """Go on at another page; `own` is the page that was just filled in here."""
        pages = self.sheet.own if not own or own in self.sheet.own else (*self.sheet.own, own)
        self.sheet = replace(self.sheet, page=page.id, own=pages)
        self._forget("page")

    def read_again(self) -> None:
        """Something was saved."""
        self._forget("begun", "answers", "page")

    def words(self, question: Question) -> str:
        """The question as it is shown."""
        return fill(self.spoken(question).text, self._piped)

    def help(self, question: Question) -> str:
        return fill_or_leave_out(self.spoken(question).help, self._piped)

    def intro(self) -> str:
        return fill_or_leave_out(self.shown.intro, self._piped)

    def wordings(self) -> dict[str, str]:
        """The questions whose words are not those that their author wrote."""
        asked = ((one, self.words(one)) for one in self.definition.asking)
        return {one.id: words for one, words in asked if words != one.text}

    @property
    def _piped(self) -> Mapping[tuple[str, str], str]:
        """What may be shown within words."""
        seen = {question.id for page in self.definition.pages() if self.sees(page) for question in page.questions}
        said = {("answer", id): given.words for id, given in self.answers.items() if id in seen}
        told = {("told", key): cited.value for key, cited in self.told.items()} if self.may_see else {}
        return said | told

    def _places(self) -> Iterator[Place]:
        texts = [self.shown.intro, *(text for one in self.shown.questions for text in (one.text, one.help))]
        return (place for text in texts if "{{" in text for place in places(text))

    def _forget(self, *names: str) -> None:
        for name in names:
            self.__dict__.pop(name, None)


def own_language(definition: Definition) -> str:
    return definition.language or business().language


def spoken_with(request: HttpRequest, version: SurveyVersion, visitor: Visitor) -> str:
    """The language that the link says, theirs, their browser's or the survey's own; '' where there is but one."""
    definition = queries.definition_of(version)
    if not definition.languages:
        return ""
    accepted = (code for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    hers = visitor.person.language if visitor.person else ""
    return choose(definition, own_language(definition), [request.GET.get("lang", "")[:20], hers, *accepted])


def ways_to_speak(request: HttpRequest, version: SurveyVersion, visitor: Visitor) -> tuple[str, str]:
    """For our own words beside its questions: the language in which it is read, then theirs."""
    return spoken_with(request, version, visitor) or queries.definition_of(version).language, visitor.language


def begin(request: HttpRequest, version: SurveyVersion, visitor: Visitor, tap: Tap, at: datetime) -> Filling:
    """Where nothing is saved yet, with what the address brings for the hidden questions."""
    questions = queries.definition_of(version).questions
    hidden = {one.id: request.GET.get(one.id, "") for one in questions if one.type is Type.HIDDEN}
    brought = {id: Hidden().answer(said).value for id, said in hidden.items() if said}
    sheet = Sheet(tap=tap, hidden=brought, language=spoken_with(request, version, visitor))
    at_hand = Filling(request, version, visitor, sheet, at)
    at_hand.begun = None
    return at_hand
