"""The demo shop as it is seeded, once for this file: its numbers, its manners, and how it is erased."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from html import unescape

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Max, Q, Sum
from django.test import Client
from django.urls import reverse

from campaigns.board.models import Suggestion
from campaigns.board.queries import board
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.queries import ledger as broadcast_ledger
from campaigns.channels import contents, port
from campaigns.channels.port import Fate, Outcome, Parcel
from campaigns.contests.models import Contest
from campaigns.contests.stages import Stage, stage
from campaigns.designs.actions import freeze
from campaigns.designs.models import Design
from campaigns.guards.reasons import sentence
from campaigns.journeys import compiled
from campaigns.journeys.actions import create_journey
from campaigns.journeys.backtest import running as backtesting
from campaigns.journeys.backtest.actions import begin
from campaigns.journeys.local_time import next_at
from campaigns.journeys.models import Enrolment, Journey
from campaigns.offers.models import Given, Offer
from campaigns.polls import counting
from campaigns.polls.models import Poll
from campaigns.surveys.models import Placement, Response, SignUp
from crm.business.models import User
from crm.business.queries import forget_cached, fresh_business
from crm.catalog.models import Order, Product
from crm.contacts.models import Company, Consent, Contact, Identity, Merge, MergeProposal, Pause, Suppression
from crm.dialogue import ledger
from crm.dialogue.models import Conversation, Message, Task
from crm.events.models import DeadLetter, Event, Inbox
from crm.leaving.models import Case
from crm.preferences.models import Preference
from crm.segments.models import Segment
from engage import listen, speak
from engage.dashboard.firstrun.erase import KEPT, erase_demo, tables
from engage.launcher import launch
from engage.lib import clock, sql
from engage.seeds.shop import team
from engage.seeds.shop.journeys import redraft
from engage.seeds.shop.scene import ZONE
from engage.seeds.worlds import sow
from tests.campaigns.surveys.pages import submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop"), pytest.mark.timeout(400)]

YOU = {"name": "Nora Bell", "email": "nora@bell-books.test", "password": "three quiet kettles"}
SHOP = {
    "name": "Bell Coffee",
    "country": "GB",
    "one_word": "coffee",
    "colour": "#1F6F5C",
    "postal_address": "1 Hill Street",
    "address_form": "you",
}


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        forget_cached()
        compiled.forget()
        sow("shop", lambda _line: None)
        yield
        empty_every_table()
        forget_cached()
        compiled.forget()


@pytest.fixture(autouse=True)
def _fresh_business() -> Iterator[None]:
    forget_cached()
    yield
    forget_cached()


def empty_every_table() -> None:
    sql.run("SET CONSTRAINTS ALL IMMEDIATE")
    sql.run(f"TRUNCATE {', '.join(connection.ops.quote_name(table) for table in tables())}")


def counted() -> dict[str, int]:
    """How many rows each table has, without those that have none."""
    parts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables())
    return {table: count for table, count in sql.rows(parts) if count}


def present() -> Counter[str]:
    """Where people stand with Offers: yes, unsubscribed or never asked; and those whom another reason keeps."""
    latest = Consent.objects.filter(topic__key="offers").order_by("contact", "-at", "-id").distinct("contact")
    paused = set(Pause.objects.filter(lifted=None).values_list("contact", flat=True))
    refused = {row.address: row.reason for row in Suppression.objects.all()}
    emails = dict(Identity.objects.filter(kind="email").values_list("contact", "value"))
    found: Counter[str] = Counter()
    for consent in latest:
        reason = refused.get(emails[consent.contact_id])
        if reason or consent.contact_id in paused:
            found[reason or "paused"] += 1
        else:
            found[consent.how if consent.state == "granted" else "unsubscribed"] += 1
    return found


def test_its_designs_are_finished() -> None:
    frozen = {design.name: freeze(design) for design in Design.objects.all()}
    assert {name: set(contents) for name, contents in frozen.items()} == {
        "This month": {"en", "es"},
        "Two coffees": {"en"},
        **{name: {"en"} for name in ("Gift boxes", "Tea from Spring Hill", "Té de jazmín", "Grinder check")},
        **{name: {"en"} for name in ("Ten off Sidamo", "Morning roast")},
    }


def test_312_people_with_their_languages_and_companies() -> None:
    people = Contact.objects.filter(merged_into=None)
    assert people.count() == 312
    assert Counter(people.values_list("language", flat=True)) == {"en": 228, "es": 35, "zh": 15, "": 34}
    assert people.filter(name="").count() == 34
    assert Company.objects.annotate(people=Count("contacts")).aggregate(Count("id"), Sum("people")) == {
        "id__count": 6,
        "people__sum": 14,
    }


def test_permission_is_as_each_gave_it() -> None:
    assert present() == {
        "double_opt_in": 212,
        "import": 19,
        "unsubscribed": 22,
        "paused": 9,
        "bounce": 6,
        "complaint": 1,
    }
    assert Contact.objects.exclude(pk__in=Consent.objects.values("contact")).count() == 43
    assert not Consent.objects.filter(state="granted", words="").exists()
    confirmed = Consent.objects.filter(how="double_opt_in")
    assert not confirmed.filter(Q(asked=None) | Q(network_address=None) | Q(asked__gte=F("at"))).exists()


def test_those_of_today_signed_up_on_the_forms_and_two_have_not_confirmed() -> None:
    asked = SignUp.objects.exclude(mailed=None)
    assert (asked.count(), asked.filter(confirmed=None).count()) == (19, 2)
    assert Message.objects.filter(origin="sign-up", state="kept").count() == 19
    assert Merge.objects.count() == 0


def test_three_pairs_may_be_the_same() -> None:
    assert MergeProposal.objects.filter(state="open").count() == 3


def test_a_year_of_orders_and_events() -> None:
    assert 535 <= Order.objects.count() <= 570
    assert 13_500 <= Order.objects.aggregate(sum=Sum("total"))["sum"] <= 18_500
    assert Order.objects.exclude(refunded=None).count() == 11
    assert Order.objects.filter(contact=None).count() == 0
    assert 8_800 <= Event.objects.count() <= 9_600
    assert Event.objects.filter(name="Products Searched").count() == 610
    assert Event.objects.filter(at__lt=clock.now() - timedelta(days=320)).exists()
    assert (Product.objects.count(), Product.objects.filter(stock=0).count()) == (36, 3)


def test_seven_looked_at_what_is_cheaper_now() -> None:
    cheaper = Product.objects.get(attributes__has_key="was")
    looked = Event.objects.filter(name="Product Viewed", properties__product_id=cheaper.external_id)
    recent = looked.filter(at__gte=clock.now() - timedelta(days=12))
    assert recent.values("contact").distinct().count() == 7
    assert float(cheaper.attributes["was"]) > cheaper.price


def test_the_memory_has_its_kinds_and_sources() -> None:
    active = Preference.objects.filter(state="active")
    assert Counter(active.values_list("kind", flat=True)) == {"stated": 176, "observed": 71, "inferred": 21}
    assert active.values("contact").distinct().count() == 141
    assert Preference.objects.filter(state="superseded").count() == 18
    assert Preference.objects.filter(state="forgotten").count() == 7
    assert active.filter(rank=Preference.Rank.CORRECTED, by="customer").count() == 5
    stale = active.annotate(age=clock.now() - F("at")).select_related("key")
    assert sum(one.age > timedelta(days=one.key.fresh_days) for one in stale) == 11


def test_what_was_told_stands_in_their_own_words() -> None:
    told = Preference.objects.filter(state="active", kind="stated")
    assert not told.filter(words="").exists()
    assert told.filter(source_kind="survey").exclude(question="").count() == 117
    assert not Preference.objects.filter(key__key="allergy", state="active", mention=True).exists()
    assert not Preference.objects.filter(received__gt=F("at") + timedelta(hours=2)).exists()


def test_64_conversations_nine_of_them_open() -> None:
    assert Counter(Conversation.objects.values_list("state", flat=True)) == {
        "done": 55,
        "needs_answer": 4,
        "waiting": 3,
        "later": 2,
    }
    waiting = Conversation.objects.filter(state="needs_answer").order_by("last_customer").first()
    assert timedelta(hours=3) <= clock.now() - waiting.last_customer < timedelta(hours=3, minutes=20)
    open_ones = Conversation.objects.exclude(state="done")
    assert {"es", "zh"} <= set(open_ones.values_list("contact__language", flat=True))
    assert open_ones.filter(channel="counter", messages__direction="note").exists()
    assert open_ones.filter(channel="chat", messages__direction="out", messages__channel="email").exists()


def test_six_messages_wait_behind_one_conversation() -> None:
    held = Message.objects.filter(state="waiting", why="talking", origin__startswith="journey:")
    assert held.count() == 6
    assert held.values("contact").distinct().count() == 1
    assert len(set(held.values_list("origin", flat=True))) == 4


def test_journeys_run_and_seventeen_wait_for_their_welcome() -> None:
    welcome = Journey.objects.get(recipe="welcome")
    waiting = Enrolment.objects.filter(state="active")
    assert waiting.filter(journey=welcome).count() == 17
    assert welcome.draft != welcome.current.definition
    assert Counter(Journey.objects.values_list("state", flat=True)) == {"live": 4, "draft": 1}
    assert Journey.objects.get(state="draft").recipe == "birthday"
    recipes = {"welcome", "two-orders", "cart-left", "birthday", ""}
    assert set(Journey.objects.values_list("recipe", flat=True)) == recipes
    ended = Enrolment.objects.filter(journey=welcome, state="ended")
    assert ended.count() == 233
    assert ended.filter(began__gte=clock.now() - timedelta(days=1)).count() < 5


def test_41_said_how_likely_they_are_to_recommend_us() -> None:
    given = Response.objects.filter(survey__key="friend", state="final")
    scores = [int(one.answers["score"]["value"]) for one in given]
    promoters, detractors = sum(score > 8 for score in scores), sum(score < 7 for score in scores)
    assert (len(scores), promoters, detractors) == (41, 20, 7)
    assert given.filter(answers__has_key="why", sayings__at=F("finished")).count() == 7
    assert not given.filter(finished__gt=clock.now() - timedelta(days=20)).exists()


def test_96_gave_stars_for_their_order_and_who_gave_two_today_is_talked_with() -> None:
    given = Response.objects.filter(survey__key="after_order", state="final")
    stars = Counter(int(one.answers["stars"]["value"]) for one in given)
    assert (sum(stars.values()), stars[5], stars[2], stars[1]) == (96, 50, 6, 3)
    assert given.filter(answers__has_key="words").count() == 12
    assert given.filter(finished__lt=clock.now() - timedelta(days=20)).count() == 95
    last = given.latest("finished")
    talk = Conversation.objects.get(messages__uid=last.uid)
    assert (talk.state, talk.subject, talk.contact) == ("needs_answer", "Your order", last.contact)
    assert Order.objects.filter(contact=last.contact, at__gte=clock.now() - timedelta(days=8)).exists()


def test_118_answered_the_welcome() -> None:
    answered = Response.objects.filter(survey__key="welcome", state="final")
    assert answered.count() == 118
    assert answered.filter(finished__lt=clock.now() - timedelta(days=30)).count() > 90


def test_the_board_has_something_in_each_state_and_one_to_be_read() -> None:
    shown = Suggestion.objects.filter(standing="shown")
    assert set(shown.values_list("state", flat=True)) == set(Suggestion.State.values)
    assert (shown.count(), Suggestion.objects.filter(standing="waiting").count()) == (11, 1)
    assert shown.latest("votes").title == "Open on Sunday mornings"
    assert board().is_open


def test_two_polls_one_of_them_over() -> None:
    now = [counting.standing(poll, clock.now()) for poll in Poll.objects.select_related("survey__current")]
    assert sorted((one.is_over, one.votes) for one in now) == [(False, 23), (True, 38)]


def test_a_contest_goes_on_with_photos_to_look_at_and_votes_that_look_made() -> None:
    contest = Contest.objects.get()
    assert stage(contest, clock.now()) == Stage.OPEN
    assert Counter(contest.entries.values_list("standing", flat=True)) == {"shown": 7, "waiting": 2, "refused": 1}
    assert Counter(contest.votes.values_list("refused", flat=True)) == {"": 35, "ring": 6}


def test_offers_were_given_and_some_of_them_used() -> None:
    assert (Offer.objects.count(), Given.objects.count(), Given.objects.exclude(used=None).count()) == (2, 9, 5)
    assert [one.offer for one in Contest.objects.get().prizes.all()] == ["", "", "a_copper_kettle_mug"]


def test_surveys_stand_on_the_shops_own_site() -> None:
    assert Counter(Placement.objects.filter(on=True).values_list("shape", flat=True)) == {"inline": 1, "slide": 1}


def test_a_message_in_the_outbox_cites_what_somebody_told() -> None:
    thanks = Message.objects.filter(state="kept", origin__endswith=":thank")
    texts = [contents.shown(message).text for message in thanks]
    assert len(texts) >= 11
    assert all("It is good to know" in text for text in texts)
    assert any("you mentioned in" in text for text in texts)


def test_nothing_was_lost_and_the_ledger_adds_up() -> None:
    assert not Inbox.objects.exists()
    assert not DeadLetter.objects.exists()
    assert [each for each in ledger.sums() if not each.adds_up] == []
    assert not Message.objects.filter(direction="out", state__in=["queued", "claimed", "unknown", "accepted"]).exists()
    reasons = set(Message.objects.exclude(why="").values_list("why", flat=True))
    assert reasons == {
        *("talking", "paused", "asked_recently", "no_consent", "suppressed", "unsubscribed", "cannot_render"),
        "broadcast_cancelled",
    }
    assert [day for day in ledger.days() if not day.adds_up] == []
    assert len(ledger.days()) > 150, "what was decided in a year fell due on the days of that year"


def test_eight_one_off_messages_stand_where_a_years_work_left_them() -> None:
    found = {one.name: one for one in Broadcast.objects.all()}
    assert {name: one.state for name, one in found.items()} == {
        "Gift boxes": "done",
        "Tea from Spring Hill": "done",
        "Té de jazmín": "done",
        "Grinder check": "done",
        "Ten off Sidamo": "cancelled",
        "Morning roast": "running",
        "This month": "scheduled",
        "Two coffees": "draft",
    }
    called_off = broadcast_ledger(found["Ten off Sidamo"])
    assert (called_off.sent, called_off.withheld, called_off.waiting, called_off.adds_up) == (
        4,
        called_off.due - 4,
        0,
        True,
    )
    for name in ("Gift boxes", "Tea from Spring Hill", "Té de jazmín", "Grinder check"):
        sums = broadcast_ledger(found[name])
        assert sums.adds_up and sums.sent > 5 and not sums.waiting + sums.failed + sums.unknown
        assert clock.now() - found[name].finished > timedelta(days=10)


def test_231_were_due_on_the_morning_roast_and_each_is_accounted_for_with_its_reason() -> None:
    roast = Broadcast.objects.get(name="Morning roast")
    sums = broadcast_ledger(roast)
    assert (sums.due, sums.sent, sums.withheld, sums.failed, sums.waiting, sums.unknown) == (231, 198, 25, 2, 6, 0)
    said = Message.objects.filter(origin=roast.origin)
    assert Counter(said.exclude(state="kept").values_list("state", "why")) == {
        ("withheld", "unsubscribed"): 17,
        ("withheld", "suppressed"): 7,
        ("withheld", "no_consent"): 1,
        ("failed", "cannot_render"): 2,
        ("waiting", "paused"): 4,
        ("waiting", "talking"): 2,
    }
    assert all(sentence(state=one.state, why=one.why, detail=one.detail) for one in said.exclude(state="kept"))
    assert clock.now() - roast.began > timedelta(hours=2)


def test_people_were_seen_when_they_last_did_something() -> None:
    did = Contact.objects.annotate(last=Max("events__at"))
    assert not did.filter(last_seen__gt=F("last") + timedelta(minutes=1)).exists()
    assert Contact.objects.filter(last_seen__lt=clock.now() - timedelta(days=30)).count() > 40
    assert Contact.objects.filter(created__lt=clock.now() - timedelta(days=2)).count() > 280


def test_who_asks_how_to_stop_is_talked_with_by_the_agent() -> None:
    case = Case.objects.get()
    assert (case.label, case.closed, str(case.assignee)) == ("Stopping my subscription", None, "Ada Fenn")
    assert case.conversation is not None and case.conversation.assignee == case.assignee
    assert case.task == Task.objects.get(made_by="Engage", done=None)


def test_the_team_has_four_tasks_one_of_them_overdue() -> None:
    assert Task.objects.filter(done=None).exclude(made_by="Engage").count() == 4
    assert Task.objects.filter(done=None, due__lt=clock.now()).count() == 1


def test_best_customers_are_found_by_the_shops_own_rhythm() -> None:
    assert Segment.objects.exclude(ready=None).count() == 5


def test_the_demo_stays_a_demo_with_quiet_hours_again() -> None:
    shop = fresh_business()
    assert (shop.demo, shop.live) == (True, False)
    assert (shop.quiet_from, shop.quiet_until) == (team.QUIET_FROM, team.QUIET_UNTIL)


def test_each_of_the_team_can_sign_in_with_what_was_printed(client: Client) -> None:
    for login in team.LOGINS:
        assert f"{login.email:<28}  {team.password(login)}" in team.logins()
        assert client.login(username=login.email, password=team.password(login))
        assert client.get(reverse("inbox")).status_code == 200
    assert Counter(User.objects.values_list("role", flat=True)) == {"owner": 1, "marketer": 1, "agent": 1}


def test_a_start_on_a_home_with_data_says_so_and_goes_on() -> None:
    said: list[str] = []
    launch.seed("shop", said.append)
    assert said == ["Seeding the demo shop.", said[-1]]
    assert said[-1].startswith("This home has data already")
    launch.seed("empty", said.append)
    assert len(said) == 2


PAGES = (
    *("home", "inbox", "people", "messages", "sent", "outbox", "unreadable", "journeys", "recipes", "journey_drafts"),
    *("surveys", "shop_products", "shop_orders"),
)


class Leaving:
    """A carrier that would really bring mail away."""

    leaves = True

    def __init__(self) -> None:
        self.taken: list[Parcel] = []

    def hand_over(self, parcels: Sequence[Parcel], turn: port.Turn) -> None:
        self.taken += parcels

    def close(self) -> None: ...


def test_no_channel_lets_anything_leave_for_a_demo_address() -> None:
    addresses = list(Identity.objects.filter(kind="email").values_list("value", flat=True))
    assert len(addresses) == 278
    assert all(address.endswith(".example") for address in addresses)
    outcomes: list[Outcome] = []
    for name in port.names():
        carrier = Leaving()
        parcels = [Parcel(number, address, None) for number, address in enumerate(addresses)]
        port.hand_over(port.channel(name), carrier, parcels, lambda done, _next: outcomes.extend(done))
        assert carrier.taken == []
    assert {outcome.fate for outcome in outcomes} == {Fate.REFUSED}


@pytest.mark.parametrize("world", ["shop", "empty", "busy"])
def test_a_home_with_data_is_not_seeded(world: str) -> None:
    before = counted()
    with pytest.raises(CommandError, match=r"^This home has data already \(312 people\)\. .*[^\n]$"):
        call_command("seed", world)
    assert counted() == before


def test_every_page_of_the_dashboard_opens(client: Client) -> None:
    client.force_login(User.objects.get(role="owner"))
    rooms = ("home", "inbox", "people", "messages", "sent", "outbox", "unreadable", "journeys", "recipes", "surveys")
    pages = [reverse(name) for name in (*rooms, "shop_products", "shop_orders")]
    pages += [reverse("person", args=[uid]) for uid in Contact.objects.values_list("uid", flat=True)[:12]]
    pages += [reverse("conversation", args=[talk.uid]) for talk in Conversation.objects.exclude(state="done")]
    assert {page: code for page in pages if (code := client.get(page).status_code) != 200} == {}


def test_erasing_leaves_what_an_empty_house_has_table_by_table() -> None:
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert ours <= set(tables()) | KEPT
    assert len(counted()) > 25
    erase_demo()
    erased = counted()
    empty_every_table()
    forget_cached()
    sow("empty", lambda _line: None)
    assert erased == counted()
    assert not User.objects.exists() and not Contact.objects.exists()


def test_from_the_demo_through_four_pages_to_what_the_owner_told_herself(client: Client) -> None:
    assert client.post(reverse("start_demo")).url == reverse("home")
    assert "Start with my own" in client.get(reverse("home")).content.decode()
    assert client.post(reverse("start_own")).url == reverse("start_you")
    assert client.post(reverse("start_you"), YOU).url == reverse("start_shop")
    assert client.post(reverse("start_shop"), SHOP).url == reverse("start_people")
    assert client.get(reverse("start_people")).status_code == 200
    assert client.post(reverse("start_write")).url == reverse("start_write")
    speak.run()
    assert "Tap an answer" in client.get(reverse("start_write")).content.decode()
    letter = contents.shown(Message.objects.get())
    assert "Which milk do you take?" in letter.text
    link = unescape(re.findall(r"\S*/s/welcome/\S*", letter.text)[0])
    assert submit(Client(), link, milk=1).status_code == 200
    listen.run()
    assert "You told us:" in client.get(reverse("start_heard")).content.decode()
    home = client.get(client.post(reverse("start_done")).url).content.decode()
    assert "You told us: oat milk" in home
    assert "Demo shop" not in home


def test_the_backtest_of_who_went_quiet_counts_whom_the_orders_themselves_count():
    now = clock.now()
    quiet = create_journey(name="Gone quiet", draft={}, by="Max", at=now)
    redraft(quiet, "gone-quiet")
    begin(quiet, since=now - timedelta(days=365), until=now, by="Max", at=now)
    backtesting.run()
    job = quiet.backtests.get()
    assert job.state == "done"
    bound = job.result["bounds"]["nobody"]
    begun = ended = written = 0
    for orders in orders_by_person(job.since, job.until):
        for order, following in zip(orders, [*orders[1:], None], strict=True):
            begun += 1
            due = next_at(time(10), order + timedelta(days=60), ZONE)
            if following and following <= due:
                ended += 1
            elif due <= job.until:
                written += 1
    assert bound["steps"]["quiet"] == begun + ended, "who is met by the goal visits the wait again"
    assert sum(bound["fates"].values()) == bound["steps"]["write"] == written
    assert 88 <= written <= 108, "98 on most days: the plan is the same each time, laid back from today"


def orders_by_person(since, until):
    """When each person ordered in that time, as the events say."""
    found = Event.objects.filter(name="Order Completed", at__gte=since, at__lte=until, received__gte=since)
    by_person = defaultdict(list)
    for contact, at in found.order_by("at", "message_id").values_list("contact", "at"):
        by_person[contact].append(at)
    return by_person.values()
