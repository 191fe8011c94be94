"""A colleague who leaves: what they have in hand goes in one step to somebody, to a team or to nobody, and back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Browser

from crm.business.actions import LastOwner, close_account, update_business
from crm.business.models import User
from crm.dialogue.actions import assign, close, keep_draft, make_task, reopen, say, tag
from crm.dialogue.actions.desks import save_team
from crm.dialogue.actions.handover import Gone, hand_over, in_hand, undo_handover
from crm.dialogue.models import AnswerDraft, Conversation, Handover, Tagged, Task
from crm.leaving.actions import open_by_hand
from crm.leaving.models import Case
from tests import cast
from tests.cast import NOON
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def olga(client: Client) -> User:
    olga = cast.olga()
    client.force_login(olga)
    return olga


@pytest.fixture
def ada() -> User:
    return cast.ada()


@pytest.fixture
def ben() -> User:
    return cast.colleague("Ben", User.Role.AGENT)


def talk_of(colleague: User, name: str = "Alice Moreau") -> Conversation:
    person = cast.contact(name, f"{name.replace(' ', '.').lower()}@shop.example")
    talk = say(contact=person, text="It arrived stale.", channel="site", at=NOON).conversation
    assign(conversation=talk, to=colleague, by=colleague, at=NOON)
    return talk


def of(talk: Conversation) -> User | None:
    return Conversation.objects.get(pk=talk.pk).assignee


def leave(client: Client, colleague: User, to: str, **more: object):
    return client.post(reverse("hand_over_colleague", args=[colleague.uid]), {"to": to}, **more)


def test_the_page_counts_what_they_have_in_hand_and_names_who_stays(client, olga, ada, ben):
    talk = talk_of(ada)
    close(conversation=talk_of(ada, "Bob Stone"), by=ada, at=NOON)
    make_task(contact=talk.contact, kind="call", text="Call her", due=NOON, assignee=ada, by=ada, at=NOON)
    keep_draft(conversation=talk, text="We are sorry", by=ada, at=NOON)
    held = in_hand(ada)
    assert (held.open, held.conversations, held.tasks, held.drafts) == (1, {"needs_answer": 1}, 1, 1)
    page = client.get(reverse("hand_over_colleague", args=[ada.uid])).content.decode()
    assert "Needs an answer" in page and f"person:{ben.uid}" in page and f"person:{ada.uid}" not in page


def test_it_goes_to_one_colleague_and_they_cannot_sign_in_any_more(client, olga, ada, ben):
    talk, done = talk_of(ada), talk_of(ada, "Bob Stone")
    close(conversation=done, by=ada, at=NOON)
    tag(conversation=talk, name="stale", by=ada, at=NOON)
    make_task(contact=talk.contact, kind="call", text="Call her", due=NOON, assignee=ada, by=ada, at=NOON)
    own = Client()
    own.force_login(ada)
    shown = leave(client, ada, f"person:{ben.uid}", follow=True).content.decode()
    assert "Handed over: 1 conversation, 1 task." in shown
    assert (of(talk), of(done), Task.objects.get().assignee) == (ben, ada, ben)
    assert not User.objects.get(pk=ada.pk).is_active and own.get(reverse("inbox")).status_code == 302
    assert Tagged.objects.get().by == "Ada"


def test_it_goes_to_a_team_or_to_nobody(client, olga, ada, ben):
    for name in ("Cleo", "Dora"):
        cast.colleague(name, User.Role.AGENT)
    update_business(by="Olga", at=NOON)
    team = save_team(None, name="Shipping", members=[ben], by="Olga", at=NOON)
    talk, other = talk_of(ada), talk_of(ben, "Bob Stone")
    leave(client, ada, f"team:{team.uid}")
    assert (of(talk), Conversation.objects.get(pk=talk.pk).team) == (None, team)
    leave(client, ben, "nobody")
    assert (of(other), Conversation.objects.get(pk=other.pk).team) == (None, None)


def test_a_case_of_somebody_who_may_be_leaving_follows_its_task(client, olga, ada, ben, alice):
    update_business(by="Olga", at=NOON, leaving_colleague=ada)
    open_by_hand(contact=alice, words="She sounded tired", by=ada, at=NOON)
    leave(client, ada, f"person:{ben.uid}")
    assert (Case.objects.get().assignee, Task.objects.get().assignee) == (ben, ben)
    client.post(reverse("undo_hand_over", args=[Handover.objects.get().uid]))
    assert (Case.objects.get().assignee, Task.objects.get().assignee) == (ada, ada)


def test_undone_they_have_back_what_nobody_else_has_taken(client, olga, ada, ben):
    team = save_team(None, name="Shipping", members=[], by="Olga", at=NOON)
    before, taken, closed = talk_of(ada), talk_of(ada, "Bob Stone"), talk_of(ada, "Carol Vance")
    Conversation.objects.filter(pk=before.pk).update(team=team)
    handover = hand_over(colleague=ada, to=ben, team=None, by="Olga", at=NOON)
    assign(conversation=taken, to=olga, by=olga, at=NOON)
    close(conversation=closed, by=ben, at=NOON)
    client.post(reverse("undo_hand_over", args=[handover.uid]))
    assert (of(before), of(taken), of(closed)) == (ada, olga, ben)
    assert Conversation.objects.get(pk=before.pk).team == team and User.objects.get(pk=ada.pk).is_active
    assert not undo_handover(handover=handover, by="Olga", at=NOON)


def test_undone_the_team_it_was_of_has_it_again(olga, ada):
    first, second = (save_team(None, name=name, members=[], by="Olga", at=NOON) for name in ("First", "Second"))
    talk, moved = talk_of(ada), talk_of(ada, "Bob Stone")
    Conversation.objects.update(team=first)
    handover = hand_over(colleague=ada, to=None, team=second, by="Olga", at=NOON)
    assert set(Conversation.objects.values_list("team__name", flat=True)) == {"Second"}
    Conversation.objects.filter(pk=moved.pk).update(team=None)
    undo_handover(handover=handover, by="Olga", at=NOON)
    teams = dict(Conversation.objects.values_list("pk", "team__name"))
    assert teams == {talk.pk: "First", moved.pk: None} and of(talk) == of(moved) == ada


def test_what_they_had_begun_is_shown_to_whoever_answers_next_and_can_be_gone_on_from(client, olga, ada, ben):
    talk = talk_of(ada)
    keep_draft(conversation=talk, text="We are <sorry>", by=ada, at=NOON)
    url = reverse("conversation", args=[talk.uid])
    assert "had begun to answer" not in client.get(url).content.decode()
    leave(client, ada, f"person:{ben.uid}")
    page = client.get(url).content.decode()
    assert "What Ada had begun to answer" in page and "We are &lt;sorry&gt;" in page
    assert page.count("We are &lt;sorry&gt;") == 1
    assert client.get(url, {"left": 1}).content.decode().count("We are &lt;sorry&gt;") == 2
    assert AnswerDraft.objects.count() == 1


def test_taken_up_again_what_was_theirs_is_nobodys(ada, olga):
    talk = talk_of(ada)
    close(conversation=talk, by=ada, at=NOON)
    close_account(ada, by="Olga", at=NOON)
    reopen(conversation=talk, by=olga, at=NOON + DAY)
    assert of(talk) is None


def test_the_last_owner_stays_and_nothing_moves(client, olga, ada):
    talk = talk_of(olga)
    assert "somebody has to own the shop" in leave(client, olga, f"person:{ada.uid}", follow=True).content.decode()
    with pytest.raises(LastOwner):
        hand_over(colleague=olga, to=ada, team=None, by="Olga", at=NOON)
    assert of(talk) == olga and not Handover.objects.exists()


@pytest.mark.parametrize("to", ["", "x", "person:x", "team:x", "person:00000000-0000-0000-0000-000000000000", "\x00"])
def test_it_goes_to_nobody_who_is_not_there(client, olga, ada, to):
    assert leave(client, ada, to).status_code == 400
    assert User.objects.get(pk=ada.pk).is_active


def test_nobody_takes_what_is_theirs_already_or_when_they_have_left(olga, ada, ben):
    close_account(ben, by="Olga", at=NOON)
    ben.refresh_from_db()
    for to in (ada, ben):
        with pytest.raises(Gone):
            hand_over(colleague=ada, to=to, team=None, by="Olga", at=NOON)


def test_only_owners_do_that(client, olga, ada, ben):
    handover = hand_over(colleague=ada, to=ben, team=None, by="Olga", at=NOON)
    client.force_login(ben)
    assert client.get(reverse("hand_over_colleague", args=[ben.uid])).status_code == 403
    assert leave(client, olga, f"person:{ben.uid}").status_code == 403
    assert client.post(reverse("undo_hand_over", args=[handover.uid])).status_code == 403
    client.force_login(olga)
    assert client.get(reverse("undo_hand_over", args=[handover.uid])).status_code == 405
    assert client.get(reverse("hand_over_colleague", args=[ada.uid])).status_code == 404


def test_many_cost_as_much_as_few(olga, ada, ben):
    def cost(to: User, of_: User, count: int) -> int:
        for n in range(count):
            talk_of(of_, f"Person{n} {of_.name}")
        with CaptureQueriesContext(connection) as made:
            hand_over(colleague=of_, to=to, team=None, by="Olga", at=NOON)
        return len(made)

    assert cost(olga, ada, 1) == cost(olga, ben, 20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_its_pages_are_looked_at(browser: Browser, run_web, size, scheme):
    olga, ada, ben = cast.olga(), cast.ada(), cast.colleague("Ben", User.Role.AGENT)
    talk = talk_of(ada)
    keep_draft(conversation=talk, text="We are sorry. A new bag", by=ada, at=NOON)
    url = run_web()
    page = signed_in(browser, url, olga, size, scheme).new_page()
    page.goto(url + reverse("hand_over_colleague", args=[ada.uid]))
    looked_at(page, f"handover-{size['width']}-{scheme}")
    page.get_by_label("What they have in hand goes to").select_option(f"person:{ben.uid}")
    page.get_by_role("button", name="Hand over and close the account").click()
    page.wait_for_url("**/team/")
    looked_at(page, f"handover-done-{size['width']}-{scheme}")
    page.goto(url + reverse("conversation", args=[talk.uid]))
    looked_at(page, f"handover-talk-{size['width']}-{scheme}")
