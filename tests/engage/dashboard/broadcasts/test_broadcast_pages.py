"""One-off messages as the owner meets them: written in few steps, said in one sentence, followed while they go."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.broadcasts import actions, running
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.wording import plain_design
from campaigns.designs.actions import create_design
from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Topic
from crm.dialogue.actions import hold_origin
from crm.dialogue.models import Hold, Message
from crm.segments.models import Segment
from engage import speak
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
EVERYBODY = {"all": []}
ALL = (
    *("broadcasts", "new_broadcast"),
    *("broadcast", "broadcast_whom", "broadcast_what", "broadcast_when", "resume_broadcast", "cancel_broadcast"),
    *("pace_broadcast", "broadcast_results"),
)
POSTS = (
    *("start_broadcast", "pause_broadcast", "resume_broadcast", "cancel_broadcast", "pace_broadcast", "choose_version"),
    *("copy_broadcast", "delete_broadcast", "remind_broadcast", "follow_up_broadcast"),
)


@pytest.fixture(autouse=True)
def max_(client: Client) -> None:
    client.force_login(cast.max_())


@pytest.fixture
def news() -> Topic:
    return Topic.objects.create(key="news", label="Offers")


@pytest.fixture
def people(news: Topic) -> list[Contact]:
    """Three who gave permission, and Bob, who did not."""
    update_business(by="test", at=clock.now(), quiet_from="12:00", quiet_until="12:00")
    found = [cast.contact(f"Guest {n}", f"guest{n}@people.example") for n in range(3)]
    for person in found:
        record_consent(contact=person, topic=news, state="granted", how="form", at=clock.now() - timedelta(days=1))
    return [*found, cast.bob()]


def draft(news: Topic | None, *subjects: str, **fields) -> Broadcast:
    at = clock.now()
    designs = [
        plain_design(subject=subject, body=f"Hello, {subject}.", kind="letter", name="Beans", by="Max", at=at)
        for subject in subjects or ("New beans",)
    ]
    said = {"name": "Beans", "rule": EVERYBODY, "topic": news, **fields}
    return actions.create_broadcast(designs=designs, by="Max", at=at, **said)


def begun(news: Topic, *subjects: str, **fields) -> Broadcast:
    """Started, and its minute is over."""
    made = draft(news, *subjects, **fields)
    actions.start(made, by="Max", at=clock.now())
    Broadcast.objects.filter(pk=made.pk).update(starts=clock.now())
    work()
    return Broadcast.objects.get(pk=made.pk)


def work() -> None:
    for _ in range(50):
        moved = running.step(clock.now()) + speak.step(speak.ALL_LANES)
        if not moved:
            return


def page_of(client: Client, name: str, *args, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, (response.status_code, getattr(response, "url", ""))
    return response.content.decode()


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_message_is_written_in_three_steps_and_said_in_one_sentence(client, people, news) -> None:
    group = Segment.objects.create(name="Regulars", rule=EVERYBODY)
    assert "Regulars" in page_of(client, "new_broadcast")
    said = {"name": "Beans", "topic": news.pk, "include": [str(group.uid)], "audience": "frozen"}
    response = client.post(reverse("new_broadcast"), said)
    made = Broadcast.objects.get()
    assert response.url == reverse("broadcast_what", args=[made.uid])
    assert client.get(response.url).url == reverse("broadcast_version", args=[made.uid, "a"])
    client.post(reverse("broadcast_version", args=[made.uid, "a"]), {"subject": "New beans", "text": "Hello."})
    response = client.post(reverse("broadcast_what", args=[made.uid]))
    assert response.url == reverse("broadcast_when", args=[made.uid])
    response = client.post(response.url, {"when": "now", "clock": "business", "pace": "hour", "per_hour": "100"})
    shown = text_of(page_of(client, "broadcast", made.uid))
    assert (
        "“Beans” goes to 4 people (In “Regulars”) about Offers: “New beans”. It goes out 60 seconds after you press "
        "Start, at most 100 an hour." in shown.replace("&quot;", '"')
    )
    assert "3 people would get it" in shown and "no permission" in shown
    assert "In Test it goes to the Outbox page" in shown


def test_the_estimate_says_who_is_left_out_and_why_before_anything_is_kept(client, people, news) -> None:
    shown = text_of(client.post(reverse("broadcast_estimate"), {"everybody": "on", "topic": news.pk}).content.decode())
    assert "4 people" in shown and "3 people would get it" in shown and "no permission 1" in shown
    assert "Say to whom" in client.post(reverse("broadcast_estimate"), {}).content.decode()
    assert not Broadcast.objects.exists()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("broadcast_whom", {"name": "", "audience": "frozen"}),
        ("broadcast_whom", {"name": "x", "audience": "frozen", "include": ["nobody"]}),
        ("broadcast_whom", {"name": "x", "audience": "nonsense", "topic": "9999"}),
        ("broadcast_when", {"when": "later", "clock": "business", "pace": "fast"}),
        ("broadcast_when", {"when": "later", "send_at": "soon", "clock": "business", "pace": "fast"}),
        ("broadcast_when", {"when": "now", "clock": "business", "pace": "hour"}),
        ("broadcast_when", {"when": "now", "clock": "business", "pace": "batch", "batch": "9", "batch_minutes": "0"}),
        ("broadcast_when", {"when": "now", "clock": "business", "pace": "hour", "per_hour": "9" * 40}),
    ],
)
def test_what_is_not_understood_comes_back_filled_in_and_changes_nothing(client, news, step, said) -> None:
    made = draft(news)
    response = client.post(reverse(step, args=[made.uid]), said)
    assert response.status_code == 400 and "errorlist" in response.content.decode()
    before, after = made, Broadcast.objects.get()
    assert (before.name, before.send_at, before.per_hour) == (after.name, after.send_at, after.per_hour)


def test_liquid_that_is_wrong_is_said_where_it_stands_and_nothing_starts(client, people, news) -> None:
    made = draft(news)
    client.post(reverse("broadcast_version", args=[made.uid, "a"]), {"subject": "Hi {{", "text": "Hello."})
    shown = page_of(client, "broadcast", made.uid)
    assert "Before it can start" in shown and reverse("start_broadcast", args=[made.uid]) not in shown
    client.post(reverse("start_broadcast", args=[made.uid]))
    assert Broadcast.objects.get().state == "draft"


def test_a_message_can_be_put_down_for_a_date_by_the_shops_clock(client, news) -> None:
    update_business(by="test", at=clock.now(), timezone="Asia/Shanghai")
    made = draft(news)
    said = {"when": "later", "send_at": "2031-05-04T10:00", "clock": "contact", "pace": "batch"}
    client.post(reverse("broadcast_when", args=[made.uid]), said | {"batch": "50", "batch_minutes": "10"})
    made.refresh_from_db()
    assert made.send_at.isoformat() == "2031-05-04T02:00:00+00:00"
    assert (made.clock, made.batch, made.batch_minutes) == ("contact", 50, 10)
    assert "2031-05-04T10:00" in page_of(client, "broadcast_when", made.uid)
    assert "4 May 2031, by each person&#x27;s own clock, 50 every 10 minutes" in page_of(client, "broadcast", made.uid)


def test_versions_say_what_they_could_show_before_they_are_tried(client, people, news) -> None:
    made = draft(news)
    client.post(reverse("broadcast_version", args=[made.uid, "b"]), {"subject": "They are here", "text": "Hello."})
    shown = text_of(page_of(client, "broadcast_what", made.uid))
    assert "With 0 people each, nothing would show" in shown and "One version is the better choice here." in shown
    client.post(reverse("broadcast_what", args=[made.uid]), {"sample_percent": "50", "hours": "3", "judge": "replies"})
    made.refresh_from_db()
    assert (made.sample_percent, made.decide_minutes, made.judge) == (50, 180, "replies")
    client.post(reverse("broadcast_version", args=[made.uid, "b"]), {"remove": "1"})
    assert [one.letter for one in made.variants.all()] == ["a"]
    for letter in ("c", "z", "ab"):
        assert client.get(reverse("broadcast_version", args=[made.uid, letter])).status_code == 404


def test_a_design_is_taken_as_it_is_and_written_on_in_the_composer_with_the_way_back(client, news) -> None:
    made, at = draft(news), clock.now()
    poster = create_design(kind="designed", name="Poster", language="en", by="Max", at=at)
    step, what = reverse("broadcast_version", args=[made.uid, "a"]), reverse("broadcast_what", args=[made.uid])
    shown = page_of(client, "broadcast_version", made.uid, "a")
    assert "Poster" in shown and reverse("design_frame", args=[poster.uid]) in shown
    assert client.post(step, {"design": str(poster.uid)}).url == what
    assert made.variants.get().design == poster
    shown = page_of(client, "broadcast_what", made.uid)
    composer = f"{reverse('design', args=[poster.uid])}?back={quote(what, safe='')}"
    assert composer in shown and "things to mend before it can be sent" in shown
    assert f'href="{what}"' in client.get(composer).content.decode()
    assert f'href="{what}"' in page_of(client, "design_preview", poster.uid), "the way back is kept on other pages"
    page_of(client, "designs")
    assert f'href="{what}"' not in page_of(client, "design", poster.uid), "opened from the list it is opened for itself"


def test_one_of_blocks_is_begun_in_place_and_leads_to_the_composer(client, news) -> None:
    made = draft(news)
    response = client.post(reverse("broadcast_version", args=[made.uid, "b"]), {"begin": "1"})
    begun_now = made.variants.get(letter="b").design
    assert (begun_now.kind, begun_now.name) == ("designed", "Beans")
    assert response.url.startswith(f"{reverse('design', args=[begun_now.uid])}?back=")
    said = {"subject": "Hello", "text": "Hello.", "compose": "1"}
    response = client.post(reverse("broadcast_version", args=[made.uid, "b"]), said)
    assert response.url.startswith(reverse("design", args=[made.variants.get(letter="b").design.uid]))


def test_a_test_of_a_version_goes_to_oneself_and_comes_back_to_the_step(client, news) -> None:
    made = draft(news)
    what = reverse("broadcast_what", args=[made.uid])
    address = f"{reverse('try_design', args=[made.variants.get().design.uid])}?back={quote(what, safe='')}"
    assert address in page_of(client, "broadcast_what", made.uid)
    assert client.post(address).url == what
    assert Message.objects.get().origin.startswith("design:")


@pytest.mark.parametrize(
    "said",
    [{"design": "x"}, {"design": "\0"}, {"design": ""}, {"subject": "", "text": "x"}, {"subject": "x", "text": " "}],
)
def test_what_no_version_can_be_made_of_changes_nothing(client, news, said) -> None:
    made = draft(news)
    assert client.post(reverse("broadcast_version", args=[made.uid, "a"]), said).status_code == 400
    assert made.variants.get().subject == "New beans"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/", "/admin/", "javascript:alert(1)", "\0"]
)
def test_the_way_back_leads_only_to_the_steps_that_use_a_design(client, news, back) -> None:
    design = draft(news).variants.get().design
    shown = client.get(reverse("design", args=[design.uid]), {"back": back}).content.decode()
    assert "Back to the" not in shown and "Done" in shown


def test_it_starts_sixty_seconds_after_the_press_and_cancel_makes_it_a_draft_again(client, people, news) -> None:
    made = draft(news)
    client.post(reverse("start_broadcast", args=[made.uid]))
    made.refresh_from_db()
    assert made.state == "starting" and timedelta(seconds=55) < made.starts - clock.now() <= timedelta(seconds=60)
    shown = page_of(client, "broadcast", made.uid)
    assert re.search(r"(5\d|60) seconds left to cancel it", shown) and 'http-equiv="refresh"' in shown
    work()
    assert not Message.objects.exists()
    client.post(reverse("cancel_broadcast", args=[made.uid]))
    made.refresh_from_db()
    assert made.state == "draft" and "What will happen" in page_of(client, "broadcast", made.uid)


def test_the_page_of_one_that_went_accounts_for_everybody_and_leads_to_them(client, people, news) -> None:
    made = begun(news)
    shown = page_of(client, "broadcast", made.uid)
    assert "4 people were due" in shown and "Kept in the Outbox" in shown
    for term in ("kept", "withheld"):
        assert f"{reverse('sent')}?origin=broadcast%3A{made.uid}&amp;term={term}" in shown
    assert "No permission" in shown
    assert "4 due = 0 waiting + 0 sent + 3 kept in the Outbox + 1 not sent + 0 failed" in text_of(
        page_of(client, "broadcasts")
    )
    listed = client.get(reverse("sent"), {"origin": made.origin, "term": "withheld"}).content.decode()
    assert "Bob" in listed and "Beans" in listed


def test_results_are_said_with_their_interval_or_that_it_cannot_be_told(client, people, news) -> None:
    made = begun(news)
    Message.objects.filter(contact=people[0]).update(clicked=clock.now())
    shown = text_of(page_of(client, "broadcast_results", made.uid))
    assert "Followed a link 1 cannot tell yet" in shown and "Of 3 who had it." in shown
    guests = [cast.contact(f"More {n}", f"more{n}@people.example") for n in range(30)]
    for guest in guests:
        record_consent(contact=guest, topic=news, state="granted", how="form", at=clock.now() - timedelta(days=1))
    other = begun(news)
    Message.objects.filter(origin=other.origin, contact__in=guests[:3]).update(replied=clock.now())
    shown = text_of(page_of(client, "broadcast_results", other.uid))
    assert re.search(r"Replied 3 9 %, between 3 and 24 %", shown), shown


def test_pause_goes_at_once_going_on_and_cancelling_ask_first(client, people, news) -> None:
    made = begun(news, per_hour=1)
    client.post(reverse("pause_broadcast", args=[made.uid]))
    made.refresh_from_db()
    assert made.state == "paused" and "Max paused it." in page_of(client, "broadcast", made.uid)
    assert "have not had their turn" in page_of(client, "resume_broadcast", made.uid)
    client.post(reverse("resume_broadcast", args=[made.uid]))
    client.post(reverse("pace_broadcast", args=[made.uid]), {"pace": "hour", "per_hour": "7"})
    made.refresh_from_db()
    assert (made.state, made.per_hour) == ("running", 7)
    assert "What has left cannot be called back" in page_of(client, "cancel_broadcast", made.uid)
    client.post(reverse("cancel_broadcast", args=[made.uid]))
    work()
    made.refresh_from_db()
    assert made.state == "cancelled" and "Cancelled" in text_of(page_of(client, "broadcast", made.uid)).title()


def test_one_that_paused_itself_goes_on_only_for_who_is_sure(client, people, news) -> None:
    made = begun(news, per_hour=1)
    Broadcast.objects.update(state="paused", brake="complaints")
    assert "people marked it as spam" in page_of(client, "resume_broadcast", made.uid)
    assert client.post(reverse("resume_broadcast", args=[made.uid])).url == reverse("resume_broadcast", args=[made.uid])
    client.post(reverse("resume_broadcast", args=[made.uid]), {"sure": "1"})
    assert Broadcast.objects.get().state == "running"


def test_why_it_stands_still_is_said_with_the_way_out(client, people, news) -> None:
    made = begun(news, per_hour=1)
    assert "by the throttle" in page_of(client, "broadcast", made.uid)
    hold_origin(origin=made.origin, by="Max", at=clock.now())
    shown = page_of(client, "broadcast", made.uid)
    assert "A colleague holds it." in shown and f"{reverse('lift_hold')}?origin=broadcast%3A{made.uid}" in shown
    client.post(reverse("pause_everything"))
    assert reverse("resume_everything") in page_of(client, "broadcast", made.uid)


def test_held_where_all_that_goes_out_stands_it_is_paused_and_lifted_on_its_own_page(client, people, news) -> None:
    made = begun(news, per_hour=1)
    client.post(reverse("hold_origin"), {"origin": made.origin, "because": "Wrong price"})
    made.refresh_from_db()
    assert (made.state, made.state_by) == ("paused", "Max")
    assert Hold.objects.get(lifted=None).because == "Wrong price"
    assert "Wrong price" in page_of(client, "messages")

    lift = f"{reverse('lift_hold')}?origin=broadcast%3A{made.uid}"
    for response in (client.get(lift), client.post(lift)):
        assert response.url == reverse("resume_broadcast", args=[made.uid])
    made.refresh_from_db()
    assert made.state == "paused" and Hold.objects.filter(lifted=None).exists()
    client.post(reverse("resume_broadcast", args=[made.uid]))
    made.refresh_from_db()
    assert made.state == "running" and not Hold.objects.filter(lifted=None).exists()


def test_held_before_it_begins_it_begins_and_nothing_of_it_leaves_until_that_is_lifted(client, people, news) -> None:
    made = draft(news)
    actions.start(made, by="Max", at=clock.now())
    client.post(reverse("hold_origin"), {"origin": made.origin})
    Broadcast.objects.update(starts=clock.now())
    work()
    made.refresh_from_db()
    assert made.state == "running" and set(Message.objects.values_list("state", flat=True)) == {"queued"}
    client.post(reverse("lift_hold"), {"origin": made.origin})
    work()
    made.refresh_from_db()
    assert made.state == "done"


def test_a_name_that_only_looks_like_one_of_a_message_holds_no_message(client, people, news) -> None:
    made = begun(news, per_hour=1)
    for origin in (f"{made.origin}:x", f"broadcast:{{{made.uid}}}", "broadcast:"):
        for name in ("hold_origin", "lift_hold"):
            assert client.post(reverse(name), {"origin": origin}).status_code in (302, 404)
    assert Broadcast.objects.get().state == "running"


def test_the_rest_can_be_given_a_version_without_waiting(client, people, news) -> None:
    made = begun(news, "One", "Two", sample_percent=1)
    assert "The rest gets this" in page_of(client, "broadcast", made.uid)
    client.post(reverse("choose_version", args=[made.uid]), {"letter": "b"})
    assert Broadcast.objects.get().winner == "b"
    for letter in ("b", "z", "", "\0"):
        assert client.post(reverse("choose_version", args=[made.uid]), {"letter": letter}).status_code == 302


def test_a_copy_a_reminder_and_a_message_after_it_are_drafts(client, people, news) -> None:
    made = begun(news)
    client.post(reverse("copy_broadcast", args=[made.uid]))
    client.post(reverse("remind_broadcast", args=[made.uid]), {"days": "5"})
    client.post(reverse("remind_broadcast", args=[made.uid]), {"days": "5"})
    client.post(reverse("follow_up_broadcast", args=[made.uid]), {"outcome": "clicked"})
    client.post(reverse("follow_up_broadcast", args=[made.uid]), {"outcome": "nonsense"})
    drafts = Broadcast.objects.filter(state="draft").order_by("pk")
    assert [(one.kind, one.after_days) for one in drafts] == [("first", None), ("reminder", 5), ("follow_up", None)]
    reminder, after = drafts[1], drafts[2]
    assert "5 days after the first is done" in page_of(client, "broadcast", reminder.uid)
    assert "Days after the first is done" in page_of(client, "broadcast_when", reminder.uid)
    whom = page_of(client, "broadcast_whom", after.uid)
    assert "Only:" in whom and 'name="everybody"' not in whom
    client.post(reverse("broadcast_whom", args=[after.uid]), {"name": "After", "topic": news.pk, "audience": "frozen"})
    after.refresh_from_db()
    assert after.name == "After" and after.rule["did"] == "broadcast"
    client.post(reverse("delete_broadcast", args=[after.uid]))
    client.post(reverse("delete_broadcast", args=[made.uid]))
    assert Broadcast.objects.filter(pk=made.pk).exists() and not Broadcast.objects.filter(pk=after.pk).exists()


def test_what_was_started_is_changed_no_more(client, people, news) -> None:
    made = begun(news)
    for step in ("broadcast_whom", "broadcast_what", "broadcast_when"):
        assert client.get(reverse(step, args=[made.uid])).url == reverse("broadcast", args=[made.uid])
    assert client.post(reverse("start_broadcast", args=[made.uid])).url == reverse("broadcast", args=[made.uid])
    assert Broadcast.objects.get().state == "done"


def test_agents_are_refused_everywhere(client, news) -> None:
    made = draft(news)
    client.force_login(cast.ada())
    for name in ALL:
        args = [] if name in ("broadcasts", "new_broadcast") else [made.uid]
        assert client.get(reverse(name, args=args)).status_code == 403, name
    for name in POSTS:
        assert client.post(reverse(name, args=[made.uid])).status_code == 403, name
    assert client.post(reverse("broadcast_estimate")).status_code == 403
    assert Broadcast.objects.get().state == "draft"


def test_names_and_reasons_of_strangers_run_no_script(client, people, news) -> None:
    made = draft(news, "<b>New</b>", name="<script>alert(1)</script>")
    for name in ("broadcasts", "broadcast", "broadcast_whom", "broadcast_what"):
        args = [] if name == "broadcasts" else [made.uid]
        assert "<script>alert(1)" not in page_of(client, name, *args)


@pytest.mark.parametrize("count", [1, 12])
def test_pages_cost_the_same_with_more_messages_and_people(client, people, news, count: int) -> None:
    for number in range(count):
        guest = cast.contact(f"More {number}", f"more{number}@people.example")
        record_consent(contact=guest, topic=news, state="granted", how="form", at=clock.now() - timedelta(days=1))
        draft(news)
    made = begun(news)
    assert queries_of(client, reverse("broadcasts")) <= 7
    assert queries_of(client, reverse("broadcast", args=[made.uid])) <= 14
    assert queries_of(client, reverse("broadcast", args=[Broadcast.objects.filter(state="draft").first().uid])) <= 45
