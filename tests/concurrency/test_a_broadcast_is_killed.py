"""kill -9 of whoever gathers the people of a one-off message, and of whoever sends it: each of them is in the ledger
once, nobody has it twice, and it is done when it adds up."""

import random
import sys
from collections import Counter

import pytest

from campaigns.channels.email.greeting import Server
from engage.embedded.waiting import until
from engage.launcher.programs import WORKER_PROCESSES
from tests.concurrency.gate import gate
from tests.concurrency.product import Product, running
from tests.concurrency.sink import SlowSink

LEASE = 20
PATIENCE = 240
EACH = Server("").connections
CONNECTIONS = {"worker": WORKER_PROCESSES * EACH, "worker/children": WORKER_PROCESSES * EACH, "worker/child": EACH}
GATHERING = {False: ("worker/children",), True: ("worker/children", "worker", "worker/children")}
SENDING = {False: ("worker/child", "worker"), True: ("worker/child", "worker", "worker/children", "worker/child") * 3}
ALL, REACHED, OTHERS = {False: 60_000, True: 900_000}, {False: 300, True: 1_200}, 3_000
"""People; those of them whom the message reaches; and those whom it is for too, without an address."""
FILL = """
from datetime import timedelta
from campaigns.broadcasts import actions
from campaigns.broadcasts.wording import plain_design
from crm.contacts.models import Consent, Contact, Identity, Topic
from engage.lib import clock, sql
from tests.concurrency.shop import open_shop
at = clock.now() - timedelta(seconds=45)
open_shop(at)
news = Topic.objects.create(key="tea", label="Tea")
sql.run("INSERT INTO crm_contacts_contact (uid, name, first_name, language) SELECT gen_random_uuid(), 'Person ' || n, "
        "'Person', CASE WHEN mod(n, %s) = 0 THEN 'en' ELSE 'es' END FROM generate_series(1, %s) AS n",
        [{all} // {others}, {all}])
people = list(Contact.objects.filter(language="en").order_by("pk")[::{others} // {reached}][:{reached}])
Identity.objects.bulk_create(
    Identity(contact=one, recorded_for=one, kind="email", value=f"p{{one.pk}}@people.test", proof="import")
    for one in people)
Consent.objects.bulk_create(
    Consent(contact=one, recorded_for=one, topic=news, state="granted", how="import", at=at) for one in people)
at = clock.now() - timedelta(seconds=45)
letter = plain_design(subject="News", body="Hello.", kind="letter", name="News", by="Max", at=at)
english = {{"field": "contact.language", "op": "is", "value": "en"}}
message = actions.create_broadcast(name="News", topic=news, rule=english, designs=[letter], by="Max", at=at)
actions.start(message, by="Max", at=at)
"""


@pytest.mark.timeout(2400)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_everybody_is_in_the_ledger_once_whoever_is_killed(request: pytest.FixtureRequest, slow_sink: SlowSink) -> None:
    long = bool(request.config.getoption("--long"))
    reached = REACHED[long]
    slow_sink.seconds = 2  # so that there is mail left when whoever was killed is back
    with running(EMAIL_URL=slow_sink.url, BELT_LEASE=str(LEASE)) as product:
        begin = FILL.format(all=ALL[long], reached=reached, others=OTHERS)
        kill_while_gathering(product, GATHERING[long], begin, ALL[long])
        kill_while_sending(product, slow_sink, SENDING[long], reached)
        until(lambda: standing(product)[0] == "done", "the end of the message", PATIENCE, pause=0.5)
        assert_everybody_is_there_once(product, slow_sink, reached, SENDING[long])
        assert "Everything adds up." in product.manage("reconcile")


def kill_while_gathering(product: Product, victims: tuple[str, ...], begin: str, people: int) -> None:
    """Each at the end of a slice: its messages are written, and nothing of it is committed."""
    cursors = [0]
    with gate(product, "campaigns_broadcasts_broadcast", "NEW.cursor") as barred:
        product.shell(begin)
        for number, victim in enumerate(victims):
            barred.let(people * number // len(victims))
            until(barred.is_waited_at, "somebody at the end of a slice", PATIENCE)
            product.kill(victim)
            state, cursor, queued = standing(product)
            assert (state, queued) == ("running", False)
            cursors.append(cursor)
    assert cursors == sorted(cursors), "it went back"


def kill_while_sending(product: Product, sink: SlowSink, victims: tuple[str, ...], people: int) -> None:
    for number, victim in enumerate(victims):
        enough = people * number // (len(victims) + 2) + random.randint(1, 10)
        until(lambda: sink.is_in_the_middle(enough), "mail under way", PATIENCE, pause=0.005)  # noqa: B023
        assert standing(product)[0] == "running", "it is not done while mail is under way"
        product.kill(victim)


def standing(product: Product) -> tuple[str, int, bool]:
    [(state, cursor, queued, waiting)] = product.rows(STANDING)
    assert state != "done" or not waiting, "it is said to be done too early"
    return state, cursor, queued


STANDING = """
    SELECT state, cursor, queued IS NOT NULL, EXISTS (
        SELECT FROM crm_dialogue_message AS m WHERE m.origin = 'broadcast:' || b.uid
        AND m.state IN ('queued', 'claimed', 'waiting'))
    FROM campaigns_broadcasts_broadcast AS b
"""


def assert_everybody_is_there_once(product: Product, sink: SlowSink, reached: int, killed: tuple[str, ...]) -> None:
    rows = product.rows("SELECT contact_id, state, why, header_id FROM crm_dialogue_message WHERE direction = 'out'")
    states = Counter((state, why) for _, state, why, _ in rows)
    print(f"killed {killed}: {dict(states)}")
    assert len(rows) == len({row[0] for row in rows}) == OTHERS
    assert states["withheld", "no_address"] == OTHERS - reached
    arrived = Counter(mail["Message-ID"] for mail in sink.messages)
    assert {mail: count for mail, count in arrived.items() if count > 1} == {}
    assert len({mail["To"] for mail in sink.messages}) == len(sink.messages)
    assert {row[3] for row in rows if row[1] == "accepted"} - arrived.keys() == set()
    assert arrived.keys() - {row[3] for row in rows if row[1] in {"accepted", "unknown"}} == set()
    unknown = sum(count for (state, _), count in states.items() if state == "unknown")
    assert unknown <= sum(CONNECTIONS[name] for name in killed)
    assert states["accepted", ""] + unknown == reached
