"""What customers do together: they use the board, vote in polls, enter a contest; and where surveys stand."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

from campaigns.board import actions as board
from campaigns.board import deciding
from campaigns.board.models import Suggestion
from campaigns.polls import actions as polls
from campaigns.polls.models import Poll
from campaigns.surveys import actions as surveys_actions
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.embeds import actions as places
from campaigns.surveys.limits.limits import Once
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Placement, Survey, SurveyVersion
from campaigns.surveys.origins import MAIL
from campaigns.surveys.taking import recording
from campaigns.surveys.taking.answers import tapped
from crm.contacts.actions import Owner
from crm.dialogue.models import Message
from engage.lib import clock
from engage.seeds import belts, past
from engage.seeds.shop import contest, gifts, sign_ups, surveys, talk
from engage.seeds.shop.chance import lot
from engage.seeds.shop.people import BUYERS
from engage.seeds.shop.scene import Scene

BY = "Max Reed"
BEGUN = timedelta(days=25)
SITE = "https://copperkettle.example"

SUGGESTIONS = (
    ("Sell the Harbour blend as capsules", "For the machine at work.", 19, "thinking", ""),
    ("A loyalty card for the counter", "", 17, "planned", "From January on, on paper first."),
    ("Open on Sunday mornings", "Even two hours would do.", 23, "done", "Since October: Sundays from nine to one."),
    (
        "A smaller bag to try something new",
        "100 g is enough for a week.",
        14,
        "done",
        "The trial bags are in the shop.",
    ),
    ("Write the day of roasting on the bag", "", 12, "done", "It stands below the name now."),
    ("A decaf that tastes of something", "", 9, "thinking", ""),
    ("Send without plastic tape", "Paper tape works as well.", 8, "planned", "When the last roll is used up."),
    ("Courses for latte art", "", 6, "new", ""),
    ("Somewhere to lock my bike", "", 4, "new", ""),
    ("Deliver the same day in town", "", 5, "not_now", "We are three people. We would do it badly."),
    ("Loose mint tea", "", 3, "new", ""),
)
"""What they would like, how many want it, and what became of it. The twelfth waits to be read."""
UNREAD = ("Gift cards that can be sent by mail", "My sister lives in Leeds.")

CAKES = ("Carrot cake", "Plum cake", "Lemon drizzle")
CAKE_VOTES = (11, 19, 8)
HOURS = ("At eight", "At nine", "At ten")
HOUR_VOTES = (6, 12, 5)


def happen(scene: Scene) -> None:
    """In the last weeks. Nobody does two things here who would answer from one message twice."""
    since = clock.now()
    asked = _messages(scene)
    rng = lot("what they do together")
    people = sorted(asked)
    rng.shuffle(people)
    _suggest(scene, people, rng)
    _vote(scene.now - BEGUN, iter(people), asked)
    gifts.make(scene)
    gifts.give(people, scene)
    at_one_hour = contest.happen(scene, people[::-1], asked)
    belts.drain()
    spans = {one: timedelta(days=1 + 20 * rng.random()) for one in people}
    past.move_back(spans | dict.fromkeys(at_one_hour, timedelta(days=6)), since=since)
    _place(scene)


def _messages(scene: Scene) -> dict[int, Message]:
    """A letter that each of them has by now, whose link they come by; of those who talk with us today nobody."""
    busy = set(talk.talking(scene))
    there = {
        scene.contacts[one.number]
        for one in scene.known("en")
        if one.group in BUYERS and one.permission == "double_opt_in" and scene.contacts[one.number] not in busy
    }
    sent = Message.objects.filter(contact__in=there, direction="out", state="kept", channel="email")
    return {one.contact_id: one for one in sent.select_related("contact").order_by("id")}


def _suggest(scene: Scene, people: list[int], rng: Random) -> None:
    at = clock.now()
    board.set_up(
        changes={"is_open": True, "title": "What shall we do next?", "intro": "Tell us, and vote for what others say."},
        by=scene.team["marketer"],
        at=at,
    )
    for number, (title, text, votes, state, answer) in enumerate(SUGGESTIONS):
        author, *others = (_owner(one) for one in rng.sample(people, votes))
        made = board.suggest(title=title, text=text, owner=author, tell=number % 2 == 0, at=clock.now())
        deciding.stand(suggestion=made, standing=Suggestion.Standing.SHOWN, by=BY, at=clock.now())
        for one in others:
            board.vote(suggestion=made, owner=one, tell=False, at=clock.now())
        if state != Suggestion.State.NEW:
            deciding.decide(suggestion=made, state=state, answer=answer, by=BY, at=clock.now())
    title, text = UNREAD
    board.suggest(title=title, text=text, owner=_owner(people[0]), tell=True, at=clock.now())


def _vote(begun: datetime, people: Iterator[int], asked: dict[int, Message]) -> None:
    """One poll that is over, and one that goes on."""
    cake = _poll("Which cake on the counter this month?", CAKES, begun, people, CAKE_VOTES, asked)
    surveys_actions.close(survey=cake.survey, by=BY, at=clock.now())
    _poll("When shall we open on Sundays?", HOURS, begun, people, HOUR_VOTES, asked)


def _poll(
    question: str,
    choices: Iterable[str],
    begun: datetime,
    people: Iterator[int],
    votes: Iterable[int],
    asked: dict[int, Message],
) -> Poll:
    wanted = polls.Asked(question, tuple(choices), Poll.Shows.ALWAYS, Once.LINK)
    poll = polls.make(asked=wanted, by=BY, at=begun)
    version = poll.survey.current
    assert version is not None  # a poll is open at once
    for no, count in enumerate(votes, 1):
        for _each in range(count):
            _answer(version, asked[next(people)], no)
    return poll


def _answer(version: SurveyVersion, message: Message, no: int) -> None:
    [question] = parse(version.definition).questions
    chosen = tapped(question, str(no))
    assert chosen is not None
    visitor = Visitor(f"message:{message.uid}", message, MAIL)
    recording.answer(version=version, visitor=visitor, answers={question.id: chosen}, at=clock.now())


def _place(scene: Scene) -> None:
    """The welcome within a page about milk, and letters in a card that slides in beside the teas."""
    at = scene.now - timedelta(days=40)
    said = (
        (surveys.WELCOME, Placement.Shape.INLINE, {"paths": ["/milk/"]}),
        (sign_ups.LETTERS, Placement.Shape.SLIDE, {"paths": ["/tea/*"], "when": Placement.When.SCROLL, "amount": 50}),
    )
    for key, shape, where in said:
        survey = Survey.objects.get(key=key)
        made = places.place(survey=survey, by=BY, at=at, shape=shape, sites=[SITE], **where)
        places.switch(placement=made, on=True, by=BY, at=at)


def _owner(contact: int) -> Owner:
    return Owner(contact, contact)
