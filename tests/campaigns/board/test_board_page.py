"""The public page: what it shows, whatever is written, and however much there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.board.models import Board, Suggestion
from campaigns.proving.models import Claim
from engage.lib import clock
from tests.campaigns.board.suggesting import proof_links, proved, said, suggested, token, unhurried

pytestmark = pytest.mark.django_db
SCRIPT = '<script>alert("1")</script>'


def test_there_is_no_board_until_the_owner_opens_it(client, db):
    for url in ("/b/", "/b/new/", "/b/01936b1e-0000-7000-8000-000000000000/"):
        assert client.get(url).status_code == 404
    Board.objects.create(is_open=True)
    assert "Nobody has suggested anything yet" in said(client.get("/b/"))


def test_a_suggestion_is_read_first_unless_the_owner_wants_it_at_once(client, board, bob):
    form = unhurried(t=token(bob), title="A bench outside", name="Bob the builder", show_name="1")
    page = client.post("/b/new/", form, follow=True)
    one = Suggestion.objects.get()
    assert "We read it before others see it" in said(page) and "A bench outside" not in said(client.get("/b/"))
    assert (one.standing, one.shown_as, one.votes, one.contact) == ("waiting", "Bob", 1, bob)
    Board.objects.update(at_once=True)
    page = client.post("/b/new/", form | {"title": "A lamp"}, follow=True)
    assert "A lamp" in said(page) and "Bob" in said(page) and "builder" not in said(page)
    client.post("/b/new/", {name: value for name, value in form.items() if name != "show_name"} | {"title": "A rug"})
    assert Suggestion.objects.get(title="A rug").shown_as == ""


def test_a_stranger_suggests_and_nothing_is_there_until_the_address_is_proved(client, board):
    Board.objects.update(at_once=True)
    form = unhurried(title="A bench outside", text="By the door.", email="dora@shop.example", tell="1")
    assert "Look into your mail" in said(client.post("/b/new/", form)) and not Suggestion.objects.exists()
    assert "By the door." in said(client.get(proof_links()[0]))
    page = proved(client)
    assert "A bench outside" in said(page) and "dora" not in said(page)
    assert Suggestion.objects.get().votes == 1 and Claim.objects.get().said == {}


def test_a_stranger_is_told_what_becomes_of_a_proved_suggestion_that_is_read_first(client, board):
    client.post("/b/new/", unhurried(title="A bench outside", email="dora@shop.example"))
    page = proved(client)
    assert "We read it before others see it" in said(page) and "it counts" not in said(page)
    again = client.get(proof_links()[0])
    assert 'href="/b/"' in said(again) and "You confirmed it before" in said(again)


@pytest.mark.parametrize("title", ["", "  ", "\u200b\u200b\u2060", "\u202e", "\x00", "\u3164"])
def test_nothing_that_cannot_be_seen_is_a_suggestion(client, board, bob, title):
    page = client.post("/b/new/", unhurried(t=token(bob), title=title, text="kept words"))
    assert page.status_code == 400 and "kept words" in said(page) and not Suggestion.objects.exists()


def test_script_stays_text_in_every_field_and_what_is_unseen_goes(client, board, bob):
    Board.objects.update(at_once=True, title=SCRIPT, intro=SCRIPT, words={"new": SCRIPT})
    form = {"title": f"{SCRIPT}\u202e", "text": f"{SCRIPT}\u200b\nnext", "name": SCRIPT, "show_name": "1"}
    page = client.post("/b/new/", unhurried(t=token(bob), **form), follow=True)
    one = Suggestion.objects.get()
    Suggestion.objects.update(answer=SCRIPT, answered_by=SCRIPT, answered=clock.now())
    pages = [page, client.get(f"/b/{one.uid}/"), client.get("/b/", {"q": SCRIPT, "state": SCRIPT, "after": SCRIPT})]
    assert all(b"<script>alert" not in page.content for page in pages) and "\u202e" not in one.title + one.words
    bad = client.post("/b/new/", {"title": SCRIPT, "text": SCRIPT, "name": SCRIPT, "email": SCRIPT})
    assert bad.status_code == 400 and b"<script>alert" not in bad.content


def test_ten_thousand_are_gone_through_page_by_page_each_once_with_the_same_queries(client, board, alice):
    at = clock.now()
    Suggestion.objects.bulk_create(
        Suggestion(title=f"Idea {n}", standing="shown", votes=n % 7, at=at, changed=at) for n in range(10_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_board_suggestion")
    seen, after, counts = set(), "", set()
    for _page in range(12):
        with CaptureQueriesContext(connection) as made:
            page = client.get("/b/", {"after": after})
        seen |= {one.pk for one in page.context["rows"]}
        after, asked = page.context["next"], [q["sql"] for q in made.captured_queries if "suggestion" in q["sql"]]
        counts.add(len(asked))
    assert len(seen) == 360 and counts == {1}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[0]}")
        assert "suggestion_by_votes" in "\n".join(row[0] for row in cursor.fetchall())
    newest = client.get("/b/", {"by": "new"}).context["rows"]
    assert [one.title for one in newest[:2]] == ["Idea 9999", "Idea 9998"]
    found = client.get("/b/", {"q": "idea 777"}).context["rows"]
    assert len(found) == 19 and all("777" in one.title for one in found)
    assert "Nothing fits" in said(client.get("/b/", {"q": "no such words"}))
    assert suggested(alice, "Last").pk == client.get("/b/", {"by": "new"}).context["rows"][0].pk


def test_nobody_is_asked_to_vote_for_what_is_done_and_a_vote_can_still_be_taken_back(client, board, alice, bob):
    one = suggested(alice, "A bench outside")
    url = f"/b/{one.uid}/"
    assert "Do you want this too?" in said(client.get(url))
    Suggestion.objects.update(state="done")
    for page in (client.get(url), client.get(url, {"t": token(bob)})):
        assert "1 person wants this" in said(page) and "Do you want this too?" not in said(page)
    assert "wanted it" in said(client.get("/b/")) and "Vote" not in said(client.get("/b/", {"t": token(bob)}))
    assert "Take it back" in said(client.get(url, {"t": token(alice), "done": "again"}))
