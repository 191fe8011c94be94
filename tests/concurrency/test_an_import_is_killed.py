"""kill -9 of the worker in the middle of an import, and of its undoing: every row exactly once, and back to nothing."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from engage.embedded.waiting import until
from tests.concurrency.gate import gate
from tests.concurrency.product import Product, running

LEASE = 5
PATIENCE = 240
ROWS = {False: 16_000, True: 200_000}
VICTIMS = {False: ("worker/children", "worker"), True: ("worker/children", "worker", "postgres", "worker/children") * 3}
BEGIN = """
from pathlib import Path
from crm.contacts.imports import actions, files
from crm.contacts.models import Topic
from engage.lib import clock, ids
topic = Topic.objects.get_or_create(key="news", defaults={{"label": "News"}})[0]
at = clock.now()
job = actions.begin(files.look_at(Path({path!r})), uid=ids.uuid7(), name="people.csv", by="Olga", at=at)
said = {{"given": True, "topics": [topic.pk], "words": "Write to me", "where": "the counter", "at": at.isoformat()}}
actions.say_permission(job, said)
actions.start(job, at=at)
"""
UNDO = """
from crm.contacts.imports import actions
from crm.contacts.models import Import
from engage.lib import clock
actions.undo(Import.objects.get(), by="Olga", at=clock.now())
"""


@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_every_row_comes_in_once_whoever_is_killed_and_goes_again(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    long = bool(request.config.getoption("--long"))
    count, victims = ROWS[long], VICTIMS[long]
    path = tmp_path / "people.csv"
    with path.open("w") as file:
        file.write("email,name,phone,roast\n")
        file.writelines(f"p{n}@people.example,Person {n},07{n:09},dark\n" for n in range(count))
    with running(BELT_LEASE=str(LEASE)) as product:
        torment(product, BEGIN.format(path=str(path)), victims, count, "running")
        assert_everybody_is_there_once(product, count)
        torment(product, UNDO, victims, count, "undoing")
        assert_nobody_is_left(product, count)


def torment(product: Product, begin: str, victims: tuple[str, ...], count: int, state: str) -> None:
    """Kills one after the other in the first half, each when the import has come a bit further and before it can have
    come to its end, and waits for that."""
    share = count // (2 * len(victims))
    with gate(product, "crm_contacts_import", "NEW.cursor") as barred:
        product.shell(begin)
        for number, victim in enumerate(victims, 1):
            enough = share * number
            barred.let(enough + share // 2)
            until(lambda: standing(product)[1] >= enough, f"{enough} rows", PATIENCE, pause=0.02)  # noqa: B023
            product.kill(victim)
            assert standing(product)[0] == state
    until(lambda: standing(product)[0] != state, f"the end of {state}", PATIENCE, pause=0.2)


def standing(product: Product) -> tuple[str, int]:
    [(state, cursor)] = product.rows("SELECT state, cursor FROM crm_contacts_import")
    return state, cursor


def assert_everybody_is_there_once(product: Product, count: int) -> None:
    [(state, counts)] = product.rows("SELECT state, counts FROM crm_contacts_import")
    assert (state, counts) == ("done", {"rows": count, "new": count})
    ours = {f"p{n}@people.example": 1 for n in range(count)}
    assert Counter(value for (value,) in product.rows(ADDRESSES)) == ours
    assert product.rows("SELECT line, new FROM crm_contacts_imported ORDER BY line") == [
        (n + 2, True) for n in range(count)
    ]
    for table in ("crm_contacts_contact", "crm_contacts_consent", "crm_preferences_preference"):
        assert product.rows(f"SELECT count(*) FROM {table}") == [(count,)], table
    assert product.rows("SELECT count(*) FROM crm_contacts_identity") == [(2 * count,)]
    assert product.rows(STRANGE_JOURNAL) == []


def assert_nobody_is_left(product: Product, count: int) -> None:
    [(state, counts)] = product.rows("SELECT state, counts FROM crm_contacts_import")
    assert (state, counts) == ("undone", {"gone": count})
    for table in ("identity", "consent", "imported"):
        assert product.rows(f"SELECT count(*) FROM crm_contacts_{table}") == [(0,)], table
    assert product.rows("SELECT count(*) FROM crm_preferences_preference") == [(0,)]
    assert product.rows("SELECT count(*) FROM crm_contacts_contact WHERE erased IS NULL OR name <> ''") == [(0,)]


ADDRESSES = "SELECT value FROM crm_contacts_identity WHERE kind = 'email'"
STRANGE_JOURNAL = """
SELECT j.line, c.name FROM crm_contacts_imported AS j JOIN crm_contacts_contact AS c ON c.id = j.contact_id
WHERE c.name <> 'Person ' || (j.line - 2) OR j.wrote ->> 'name' <> c.name
    OR NOT EXISTS (SELECT FROM crm_contacts_identity AS i WHERE i.contact_id = c.id AND i.created = j.at)
"""
