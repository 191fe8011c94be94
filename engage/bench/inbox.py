"""`bench inbox`: the inbox's lists, a conversation and its search at 200,000 conversations and 2,000,000 messages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from crm.business.models import User
from crm.dialogue.models import Conversation, Tag
from engage.bench.pages import PLAIN, Ask, timed
from engage.bench.scratch import database
from engage.lib import clock, ids, sql
from engage.seeds import busy

CONVERSATIONS = 200_000
LINES = 10
"""Of each conversation."""
ROUNDS = 40
MINUTE = timedelta(minutes=1)
SLICE = 20_000
OPEN = 20
"""Every so many-th conversation is open."""
CONVERSATION = (
    *("id", "uid", "contact_id", "recorded_for_id", "channel", "subject", "state", "assignee_id", "opened"),
    *("last_customer", "last_staff", "snoozed_until", "closed", "urgent"),
)
MESSAGE = (
    *("uid", "contact_id", "recorded_for_id", "direction", "class", "channel", "lane", "origin", "occurrence"),
    *("conversation_id", "subject", "text", "state", "detail", "variables", "at", "received"),
)
COMMON = ("thanks", "order", "parcel", "please", "beans", "grinder", "arrived", "week", "again", "could", "oat", "milk")
CHANNELS = ("email",) * 6 + ("site",) * 3 + ("sms",)


def run(*, contacts: int = CONVERSATIONS) -> dict[str, object]:
    """In a database of its own; so many conversations, each with ten lines."""
    with database(), override_settings(STORAGES=settings.STORAGES | PLAIN):
        busy.fill(contacts=contacts, events=0, say=lambda _line: None)
        fill(contacts)
        return {"conversations": contacts, "messages": LINES * contacts, **measure(rounds=ROUNDS)}


def fill(conversations: int) -> None:
    """One of each person, spread over two years, the later the number; no belt is walked."""
    now, reader = clock.now(), User.objects.create_user("bench@team.example", role=User.Role.OWNER)
    [(first,)] = sql.rows("SELECT min(id) FROM crm_contacts_contact")
    tag = Tag.objects.create(name="wholesale")
    step = timedelta(days=730) / conversations
    for part in batched(range(conversations), SLICE, strict=False):
        opened = {number: now - step * (conversations - number) for number in part}
        talks = (_conversation(number, first + number, opened[number], reader.pk) for number in part)
        sql.copy("crm_dialogue_conversation", CONVERSATION, talks)
        said = (line for number in part for line in _lines(number, first + number, opened[number]))
        sql.copy("crm_dialogue_message", MESSAGE, said)
    every = range(1, conversations + 1, 50)
    sql.copy("crm_dialogue_tagged", ("conversation_id", "tag_id", "by"), ((number, tag.pk, "") for number in every))
    sql.run("SELECT setval(pg_get_serial_sequence('crm_dialogue_conversation', 'id'), %s)", [conversations + 1])
    sql.run("ANALYZE")


def measure(*, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each page and its queries, as `pages` measures them. Each round asks for something else."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost")
    client.force_login(User.objects.get(email="bench@team.example"))
    step = max(Conversation.objects.count() // rounds, 1)
    talks = list(Conversation.objects.order_by("pk")[::step][:rounds])
    return {name: timed(ask, rounds) for name, ask in _pages(client, talks).items()}


def _pages(client: Client, talks: list[Conversation]) -> dict[str, Ask]:
    def shown(**query: str) -> Ask:
        return lambda _n: client.get(reverse("inbox"), query)

    def found(**asked: str) -> Ask:
        return lambda n: client.post(
            reverse("find_words"), {name: text.format(n=talks[n].pk) for name, text in asked.items()}, follow=True
        )

    def deep(n: int) -> object:
        return client.get(reverse("inbox"), {"state": "done", "after": f"0_{talks[n].since.isoformat()}_{talks[n].pk}"})

    tag = str(Tag.objects.get().uid)
    return {
        "needs_answer": shown(),
        "mine": shown(mine="1"),
        "done": shown(state="done"),
        "done_deep": deep,
        "done_by_text": shown(state="done", channel="sms"),
        "done_with_tag": shown(state="done", tag=tag),
        "done_unassigned": shown(state="done", unassigned="1"),
        "conversation": lambda n: client.get(reverse("conversation", args=[talks[n].uid])),
        "search_common": found(words="order"),
        "search_two_common": found(words="order grinder"),
        "search_rare": found(words="k{n}"),
        "search_none": found(words="xylophone"),
        "search_common_open": found(words="order", state="later"),
        "search_common_old": found(words="order", since="2025-03-01", until="2025-03-31"),
        "search_common_by_text": found(words="order", channel="sms"),
        "search_with_person": found(words="order", person="Person 17"),
    }


def _conversation(number: int, contact: int, opened: datetime, reader: int) -> tuple:
    state = ("needs_answer", "waiting", "later")[number // OPEN % 3] if number % OPEN == 0 else "done"
    ended = opened + LINES * MINUTE
    return (
        *(number + 1, ids.uuid7(), contact, contact, CHANNELS[number % 10], f"About order K{number}", state),
        reader if number % 3 == 0 else None,
        *(opened, ended, ended - MINUTE),
        ended + timedelta(days=3) if state == "later" else None,
        ended if state == "done" else None,
        number % (10 * OPEN) == 0,
    )


def _lines(number: int, contact: int, opened: datetime) -> Iterator[tuple]:
    for place in range(LINES):
        ours, at = place % 2 == 1, opened + place * MINUTE
        words = " ".join(COMMON[(number * 7 + place * step) % len(COMMON)] for step in (1, 3, 5, 7, 11, 2, 9))
        yield (
            *(ids.uuid7(), contact, contact, "out" if ours else "in", "conversation", CHANNELS[number % 10], 0),
            *("bench" if ours else "", f"{number}:{place}", number + 1, ""),
            f"{words} word{(number * 31 + place) % 50_000} k{number + 1}",
            *("delivered" if ours else "received", "{}", "{}", at, at),
        )
