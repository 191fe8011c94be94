"""A world of the real models at random, and rules over everything that the real registry knows."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

from django.db.models import Model
from hypothesis import strategies as st

from campaigns.board.models import Suggestion, Vote
from campaigns.broadcasts.models import Broadcast
from campaigns.contests.models import Contest, Entry
from campaigns.contests.models import Vote as ContestVote
from campaigns.guards.reasons import NAMES
from campaigns.journeys.models import Enrolment, Journey, JourneyVersion
from campaigns.offers.models import Given, Offer
from campaigns.surveys.models import Deed, DeedQuote, Response, Saying, Survey, SurveyVersion
from crm.catalog.models import Order
from crm.contacts.models import Company, Consent, Contact, Identity, Origin, Topic
from crm.dialogue.models import Conversation, Message
from crm.events.models import Event
from crm.leaving.models import Case
from crm.preferences.models import Preference, PreferenceKey
from crm.rules import Field, Kind, Rows, registry
from crm.segments.models import Membership, Picked, Segment
from tests.crm.rules import world as toys
from tests.crm.rules.world import AT, MOMENTS, about, compared, grouped

WORDS = [
    "oat",
    "soy",
    "Oat",
    "5",
    "3",
    "GBP",
    "EUR",
    "en",
    "es",
    "form",
    "2026-10-24",
    "é",
    "O'Brien %s",
    "日本",
    "email",
]
NAMES_OF_EVENTS = ["Order Completed", "Cart Left"]
DETAILS = ["total", "milk", "it's"]
KEYS = ["milk", "shoe"]
QUESTIONS = [{"id": "milk", "type": "text", "text": "Milk?"}, {"id": "taste", "type": "stars", "text": "Taste?"}]


class World:
    """People and everything of theirs, made by one number: the same number, the same world."""

    def __init__(self, number: int, *, people: int = 4, rows: int = 6) -> None:
        self.random, self.rows = Random(number), rows
        self.companies = [Company.objects.create(name=name) for name in WORDS[:2]]
        self.topics = [Topic.objects.create(key=f"t-{key}", label=key) for key in ("offers", "news")]
        self.keys = [PreferenceKey.objects.create(key=key, label=key, topic="Taste", fresh_days=30) for key in KEYS]
        self.segments = [Segment.objects.create(name="Friends", rule={"all": []}) for _twice in range(2)]
        self.people = [self.contact() for _each in range(people)]
        self.surveys, self.journeys = self.published(), self.live()
        for make in (self.order, self.event, self.consent, self.preference, self.conversation, self.message, self.walk):
            self.several(make)
        for make in (self.membership, self.picked, self.answers, self.origin, self.identity, self.leaving):
            for person in self.people:
                if self.random.random() < 0.6:
                    make(person).save(force_insert=True)
        self.broadcasts = self.begun()
        self.several(self.sent_to_many)
        self.quoted()
        self.several(self.suggestion)
        self.suggestions = list(Suggestion.objects.all())
        Vote.objects.bulk_create(self.vote(person) for person in self.people if self.random.random() < 0.6)
        self.offers = [Offer.objects.create(key=key, name=key, at=AT, by="Max") for key in ("beans", "seat")]
        self.several(self.given)
        self.contests = [self.contest(version.survey) for version in self.surveys]
        self.entries = [self.entry(self.one(*self.people)) for _each in range(self.rows)]
        for contest in self.contests:
            voters = [person for person in self.people if self.random.random() < 0.6]
            ContestVote.objects.bulk_create(self.contest_vote(contest, person) for person in voters)

    def several(self, make: Callable[[Contact], Model]) -> None:
        made = [make(self.random.choice(self.people)) for _each in range(self.rows)]
        type(made[0])._default_manager.bulk_create(made)

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def word(self) -> str:
        return self.one(*WORDS, "")

    def moment(self) -> Any:
        return self.one(*MOMENTS)

    def maybe(self, value: Any) -> Any:
        return self.one(None, value)

    def json(self) -> Any:
        return self.one(None, True, False, 5, 0, 5.5, Decimal("0.1").__float__(), "", [], ["oat", 5], {"a": 1}, *WORDS)

    def unique(self) -> str:
        return str(self.random.getrandbits(60))

    def of(self, person: Contact) -> dict[str, Any]:
        return {"contact": person, "recorded_for": person}

    def contact(self) -> Contact:
        return Contact.objects.create(
            name=self.word(),
            first_name=self.word(),
            language=self.one("en", "es", ""),
            country=self.one("GB", ""),
            timezone=self.one("Europe/London", ""),
            origin=self.word(),
            created=self.moment(),
            last_seen=self.maybe(self.moment()),
            company=self.one(None, *self.companies),
            attributes={key: self.json() for key in KEYS if self.random.random() < 0.8},
        )

    def identity(self, person: Contact) -> Model:
        kind = self.one("email", "anonymous")
        return Identity(**self.of(person), kind=kind, value=self.unique(), proof="link")

    def origin(self, person: Contact) -> Model:
        ends = {
            f"{end}_{name}": value
            for end in ("first", "last")
            for name, value in {
                "at": self.moment(),
                "kind": self.one(*Origin.Kind.values),
                "source": self.word(),
                "medium": self.word(),
                "campaign": self.word(),
                "host": self.word(),
            }.items()
        }
        return Origin(recorded_for=person, contact=self.one(*self.people), **ends)

    def order(self, person: Contact) -> Model:
        total, owner = self.one("0", "5", "0.50", "99.99"), self.one(person, person, None)
        return Order(
            external_id=self.unique(),
            contact=owner,
            recorded_for=owner,
            at=self.moment(),
            received=self.moment(),
            total=Decimal(total),
            currency=self.one("GBP", "EUR"),
            refund=self.one(False, False, True),
            refunded=self.one(None, None, self.moment()),
            source="write",
        )

    def event(self, person: Contact) -> Model:
        at = self.moment()
        return Event(
            **self.of(person),
            message_id=self.unique(),
            kind=self.one("track", "page"),
            name=self.one(*NAMES_OF_EVENTS),
            at=at,
            received=at + self.one(timedelta(0), timedelta(days=3)),
            source=self.one("site", "write"),
            properties={key: self.json() for key in DETAILS if self.random.random() < 0.7},
        )

    def consent(self, person: Contact) -> Model:
        return Consent(
            **self.of(person),
            channel=self.one("email", "sms"),
            topic=self.one(*self.topics),
            state=self.one(*Consent.State.values),
            how=self.one(*Consent.How.values),
            at=self.moment(),
        )

    def preference(self, person: Contact) -> Model:
        return Preference(
            **self.of(person),
            key=self.one(*self.keys),
            value=self.word(),
            kind=self.one("stated", "observed", "inferred"),
            rank=self.one(1, 2, 3),
            source_kind=self.one("survey", "reply"),
            at=self.moment(),
            received=self.moment(),
            state=self.one("active", "active", "superseded"),
        )

    def conversation(self, person: Contact) -> Model:
        channel, state = self.one("email", "chat"), self.one(*Conversation.State.values)
        closed = self.maybe(self.moment())
        return Conversation(**self.of(person), channel=channel, state=state, opened=self.moment(), closed=closed)

    def leaving(self, person: Contact) -> Model:
        opened, outcome = self.moment(), self.one("", *Case.Outcome.values)
        closed = self.moment() if outcome else self.maybe(self.moment())
        times = {"opened": opened, "due": opened, "remind": opened, "closed": closed}
        return Case(**self.of(person), kind="tag", outcome=outcome, **times)

    def message(self, person: Contact) -> Model:
        return Message(
            **self.of(person),
            direction=self.one("out", "out", "in"),
            klass=self.one(*Message.Class.values),
            channel=self.one("email", "sms"),
            topic=self.one(None, *self.topics),
            origin=self.one("journey:a", "reply:b"),
            occurrence=self.unique(),
            state=self.one(*Message.State.values),
            why=self.one("", *NAMES),
            at=self.moment(),
            settled=self.maybe(self.moment()),
            clicked=self.maybe(self.moment()),
            replied=self.maybe(self.moment()),
        )

    def begun(self) -> list[Broadcast]:
        said = {"created_by": "Max", "state": "running", "state_by": "Max", "state_at": self.moment()}
        return [Broadcast.objects.create(name="Beans", began=self.moment(), **said) for _twice in range(2)]

    def sent_to_many(self, person: Contact) -> Model:
        message = self.message(person)
        message.direction, message.origin = "out", self.one(*self.broadcasts).origin
        return message

    def membership(self, person: Contact) -> Model:
        return Membership(contact=person, segment=self.one(*self.segments), since=self.moment())

    def picked(self, person: Contact) -> Model:
        return Picked(**self.of(person), segment=self.one(*self.segments), at=self.moment(), by=self.one("Max", "Ada"))

    def published(self) -> list[SurveyVersion]:
        found = []
        for key in ("coffee", "tea"):
            survey = Survey.objects.create(key=key, title="Your coffee")
            definition = {"title": survey.title, "questions": QUESTIONS}
            survey.current = SurveyVersion.objects.create(survey=survey, number=1, definition=definition)
            survey.save()
            found.append(survey.current)
        return found

    def answers(self, person: Contact) -> Model:
        version = self.one(*self.surveys)
        given = {"milk": self.word(), "taste": self.one("1", "5", "")}
        return Response(
            **self.of(person),
            survey=version.survey,
            version=version,
            state=self.one("final", "final", "provisional"),
            occasion=self.unique(),
            answers={id: {"value": value} for id, value in given.items() if value},
            finished=self.maybe(self.moment()),
        )

    def quoted(self) -> None:
        survey = self.surveys[0].survey
        said = {"by": "Max", "since": AT.date(), "at": AT}
        deeds = [Deed.objects.create(survey=survey, words="we roast on Mondays", **said) for _twice in range(2)]
        for response in Response.objects.order_by("pk"):
            saying = Saying.objects.create(
                survey=response.survey, response=response, question="milk", words="oat", at=self.moment()
            )
            if self.random.random() < 0.6:
                DeedQuote.objects.create(deed=self.one(*deeds), saying=saying)

    def suggestion(self, person: Contact) -> Model:
        return Suggestion(
            **self.of(person),
            title=self.word(),
            state=self.one(*Suggestion.State.values),
            standing=self.one("shown", "shown", "waiting", "refused"),
            votes=self.one(0, 1, 3, 5),
            at=self.moment(),
            changed=AT,
        )

    def vote(self, person: Contact) -> Vote:
        return Vote(**self.of(person), suggestion=self.one(*self.suggestions), at=self.moment())

    def given(self, person: Contact) -> Model:
        offer, used = self.one(*self.offers), self.maybe(self.moment())
        return Given(**self.of(person), offer=offer, cause=str(uuid4()), at=self.moment(), used=used)

    def contest(self, survey: Survey) -> Contest:
        return Contest.objects.create(survey=survey, by=self.one(*Contest.By.values), at=AT, made_by="Max")

    def entry(self, person: Contact) -> Entry:
        version, occasion = self.one(*self.surveys), f"page:{uuid4()}"
        response = Response.objects.create(
            **self.of(person), survey=version.survey, version=version, state="final", occasion=occasion, finished=AT
        )
        return Entry.objects.create(
            **self.of(person),
            contest=version.survey.contest,
            response=response,
            standing=self.one(*Entry.Standing.values),
            place=self.one(None, 1, 2, 3, 5),
            at=self.moment(),
        )

    def contest_vote(self, contest: Contest, person: Contact) -> ContestVote:
        return ContestVote(**self.of(person), contest=contest, entry=self.one(*self.entries), at=self.moment())

    def live(self) -> list[JourneyVersion]:
        found = []
        for _each in range(2):
            journey = Journey.objects.create(name="Welcome")
            journey.current = JourneyVersion.objects.create(journey=journey, number=1, definition={})
            journey.save()
            found.append(journey.current)
        return found

    def walk(self, person: Contact) -> Model:
        version, ended = self.one(*self.journeys), self.maybe(self.moment())
        return Enrolment(
            **self.of(person),
            journey=version.journey,
            version=version,
            entry=self.unique(),
            state="ended" if ended else "active",
            step=self.one("ask", "wait"),
            began=self.moment(),
            ended=ended,
            outcome=self.one(*Enrolment.Outcome.values) if ended else "",
            reason=self.one("", "bought") if ended else "",
        )


def options(field: Field) -> list[tuple[list[str], st.SearchStrategy]]:
    """Which operators go with which values of a field, as `compared` takes them."""
    words = st.sampled_from([*WORDS, *NAMES_OF_EVENTS, "Europe/London", "GB", "journey:a", "bought", "ask"])
    texts = [
        (["is", "is_not", "contains", "starts_with"], words),
        (["is_one_of", "is_none_of"], st.lists(words, min_size=1, max_size=3)),
    ]
    match field.kind:
        case Kind.CHOICE:
            keys = st.sampled_from([key for key, _label in field.choices()] or WORDS)
            return [(["is", "is_not"], keys), (["is_one_of", "is_none_of"], st.lists(keys, min_size=1, max_size=3))]
        case Kind.NUMBER:
            return toys.amount_options
        case Kind.DATE:
            return toys.date_options
        case Kind.DATETIME:
            return toys.time_options
        case Kind.BOOLEAN:
            return toys.flag_options
        case Kind.LIST:
            return [(["includes"], st.lists(words, min_size=1, max_size=3))]
        case Kind.JSON:
            return [*texts, *toys.amount_options, *toys.date_options[1:], *toys.flag_options]
    return texts


def in_bags() -> list[Field]:
    return [bag.field(key) for bag in registry.bags.values() for key in KEYS]


def contact_leaves() -> list[st.SearchStrategy]:
    fields = [*registry.fields.values(), *in_bags()]
    return [about("field", field.key, compared(*options(field))) for field in fields]


def columns_of(rows: Rows) -> list[Field]:
    at = rows.column("at")
    return [*rows.columns, *([at] if at and at not in rows.columns else [])]


def row_leaves(rows: Rows) -> list[st.SearchStrategy]:
    leaves = [about("column", field.key, compared(*options(field))) for field in columns_of(rows)]
    details = [rows.property(name) for name in DETAILS] if rows.properties else []
    return leaves + [about("property", field.key, compared(*options(field))) for field in details]


def measures_of(rows: Rows) -> st.SearchStrategy:
    sums = [about("column", field.key, toys.sums) for field in rows.columns if field.kind is Kind.NUMBER]
    values = st.one_of(*row_leaves(rows))
    found = [st.just({}), st.fixed_dictionaries({"count": toys.counts})]
    found += [st.fixed_dictionaries({"sum": st.one_of(*sums)})] if sums else []
    return st.one_of(*found, st.fixed_dictionaries({"first": values}), st.fixed_dictionaries({"last": values}))


@st.composite
def deeds(draw: Any, rows: Rows) -> dict[str, Any]:
    deed = {"did": rows.key} | draw(toys.windows) | draw(measures_of(rows))
    if draw(st.booleans()):
        deed["where"] = draw(st.lists(grouped(st.one_of(*row_leaves(rows))), max_size=2))
    column = rows.column(rows.named_by)
    if column and draw(st.booleans()):
        named = [key for key, _label in column.choices()] or [*KEYS, *NAMES_OF_EVENTS, "t-offers"]
        deed["name"] = draw(st.sampled_from(named))
    return deed


def rules() -> st.SearchStrategy:
    """Over every field, bag and kind of rows; asked for once the world is there, whose choices it uses."""
    did = st.one_of(*(deeds(rows) for rows in registry.rows.values()))
    return grouped(st.one_of(*contact_leaves()) | did | did)
