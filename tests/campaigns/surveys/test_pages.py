"""Page by page: what is saved on "next", gone on with elsewhere, shown to nobody else, and sent once."""

from datetime import timedelta
from itertools import pairwise

import pytest

from campaigns.surveys.models import Response
from campaigns.surveys.sweeping import forget_begun
from crm.contacts.models import Contact
from crm.events.models import Inbox
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published, republished, tap
from tests.campaigns.surveys.walking import begins, go, resume_link, says
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"
PAGES = (MILK, begins("order", "Your order"), STARS, begins("rest"), WORDS)


@pytest.fixture
def paged():
    return published(*PAGES)


def test_each_page_is_put_alone_and_the_last_one_sends(client, paged):
    first = client.get(PAGE)
    assert says(first, "Which milk", "Page 1 of 3", "Next") and not says(first, "last order")
    second = go(client, first, milk=1)
    assert says(second, "Your order", "How was your last order?", "Page 2 of 3", "Saved.") and not says(second, "Which")
    third = go(client, second, taste=5)
    assert says(third, "Anything else?", "Send")
    assert says(go(client, third, words="Thanks"), "Thank you", "oat milk")
    response = Response.objects.get()
    assert response.state == "final" and {id: one["value"] for id, one in response.answers.items()} == {
        "milk": "oat milk",
        "taste": "5",
        "words": "Thanks",
    }


def test_what_is_saved_counts_nowhere_and_makes_nobody_before_it_is_sent(client, paged):
    people = Contact.objects.count()
    go(client, go(client, client.get(PAGE), milk=1), taste=2)
    response = Response.objects.get()
    assert (response.state, response.contact, response.page) == ("begun", None, "rest")
    assert Contact.objects.count() == people and not Inbox.objects.exists()


def test_back_shows_what_was_answered_and_keeps_what_was_written(client, paged):
    second = go(client, client.get(PAGE), milk=2)
    first = go(client, second, do="back", taste=4)
    assert says(first, "Page 1 of 3", 'value="2" checked')
    assert says(go(client, first, milk=1), 'value="4" checked')
    assert Response.objects.get().answers["milk"]["value"] == "oat milk"


def test_an_answer_that_is_taken_out_on_the_way_back_is_gone(client, paged):
    second = go(client, client.get(PAGE), milk=2)
    go(client, go(client, second, do="back"))
    assert "milk" not in Response.objects.get().answers


def test_the_link_goes_on_elsewhere_and_shows_nothing_of_what_was_answered(client, paged):
    second = go(client, client.get(PAGE), milk=2)
    elsewhere = client.get(resume_link(second))
    assert says(elsewhere, "How was your last order?") and not says(elsewhere, "soy")
    first = go(client, elsewhere, do="back")
    assert says(first, "answered before") and not says(first, "checked")
    third = go(client, go(client, first), taste=5)
    go(client, third, words="Bye")
    assert Response.objects.get().answers["milk"]["value"] == "soy milk"


def test_what_must_be_answered_and_was_elsewhere_need_not_be_again(client):
    published({**MILK, "required": True}, begins("order"), STARS)
    second = go(client, client.get(PAGE), milk=1)
    assert go(client, second, do="back").status_code == 200
    assert go(client, go(client, client.get(resume_link(second)), do="back")).status_code == 200


def test_the_link_of_a_sent_survey_shows_that_it_was_answered(client, paged):
    second = go(client, client.get(PAGE), milk=2)
    link = resume_link(second)
    go(client, go(client, second), words="Bye")
    assert says(client.get(link), "answered before")


def test_whoever_comes_back_by_the_mail_goes_on_where_they_were(client, paged, message):
    go(client, client.get(tap(message, no="")), milk=2)
    again = client.get(tap(message, no=""))
    assert says(again, "How was your last order?") and not says(again, "soy")
    assert Response.objects.get().contact == message.contact


@pytest.mark.parametrize("link", ["nonsense", "a.b", "é"])
def test_a_link_that_is_not_ours_opens_nothing(client, paged, link):
    assert client.get(PAGE, {"r": link}).status_code == 404


def test_a_link_to_what_was_forgotten_is_too_old(client, paged):
    link = resume_link(go(client, client.get(PAGE), milk=1))
    forget_begun(at=clock.now() + timedelta(days=31))
    assert not Response.objects.exists() and client.get(link).status_code == 410


def test_a_link_of_another_survey_opens_nothing(client, paged):
    published(*PAGES, key="tea")
    link = resume_link(go(client, client.get(PAGE), milk=1)).replace("/s/coffee/", "/s/tea/")
    assert client.get(link).status_code == 410


def test_sent_answers_and_young_ones_are_not_forgotten(client, paged):
    go(client, go(client, go(client, client.get(PAGE), milk=1)), words="Bye")
    go(client, client.get(PAGE), milk=1)
    forget_begun(at=clock.now() + timedelta(days=29))
    assert sorted(Response.objects.values_list("state", flat=True)) == ["begun", "final"]
    forget_begun(at=clock.now() + timedelta(days=31))
    assert Response.objects.get().state == "final"


def test_dont_is_obeyed_before_it_is_sent(client, paged, message):
    second = go(client, client.get(tap(message, no="")), milk=2)
    assert says(second, "We’ll remember", "soy milk")
    second = go(client, second, do="dont:milk", taste=3)
    assert says(second, "We will not remember", 'value="3" checked')
    done = go(client, go(client, second, taste=3), words="Bye")
    assert says(done, "We do not remember this.")
    listen.run()
    assert not Preference.objects.exclude(state="forgotten").exists()


def test_dont_about_what_was_never_answered_changes_nothing(client, paged):
    second = go(client, client.get(PAGE), milk=2)
    for of in ("taste", "nonsense", "", "milk:x"):
        assert go(client, second, do=f"dont:{of}").status_code == 200
    assert "declined" not in str(Response.objects.get().answers)


def test_a_tap_in_a_mail_is_selected_on_whatever_page_asks_it(client, message):
    published(STARS, begins("milk_page"), MILK)
    second = go(client, client.get(tap(message, no=2)), taste=5)
    assert says(second, "Which milk", 'value="2" checked')


def test_known_questions_are_left_out_and_their_pages_passed_over(client, paged, message, alice):
    told(alice, "soy milk")
    first = client.get(tap(message, question=""))
    assert says(first, "How was your last order?", "Page 1 of 2") and not says(first, "soy")


def test_answers_for_another_page_are_refused_as_a_whole(client, paged):
    answer = go(client, client.get(PAGE), milk=1, taste=5)
    assert answer.status_code == 404 and not Response.objects.exists()


def test_pages_of_the_version_that_was_begun_go_on_although_a_new_one_is_out(client, paged):
    second = go(client, client.get(PAGE), milk=1)
    republished(paged, {**MILK, "text": "Milk?"}, begins("order"), WORDS)
    assert says(go(client, second, taste=5), "Anything else?")
    assert Response.objects.get().version.number == 1


def test_the_same_page_twice_is_saved_once(client, paged):
    first = client.get(PAGE)
    for no in (1, 2):
        go(client, first, milk=no)
    assert Response.objects.get().answers["milk"]["value"] == "soy milk"


def test_a_sent_survey_takes_no_page_any_more(client, paged):
    pages = [client.get(PAGE)]
    for answers in ({"milk": 1}, {"taste": 5}, {"words": "Bye"}):
        pages.append(go(client, pages[-1], **answers))
    for page, answers in zip(pages[:3], ({"milk": 2}, {"taste": 1}, {"words": "No"}), strict=True):
        assert says(go(client, page, **answers), "answered before")
    assert Response.objects.get().answers["milk"]["value"] == "oat milk" and Inbox.objects.count() == 1


def test_what_is_wrong_on_a_page_holds_it_and_saves_nothing(client):
    published({**WORDS, "required": True}, begins("order"), STARS)
    assert go(client, client.get(PAGE)).status_code == 400
    assert not Response.objects.exists()


def test_a_survey_with_nothing_filled_in_is_not_sent(client, paged):
    page = client.get(PAGE)
    for _number in range(3):
        page = go(client, page)
    assert page.status_code == 400 and says(page, "Nothing is filled in yet.")


def test_a_stranger_counts_once_towards_the_flood_however_many_pages(client, paged):
    for _number in range(20):
        page = go(client, go(client, go(client, client.get(PAGE), milk=1), taste=5), words="Bye")
    assert page.status_code == 200


def test_what_the_link_brings_is_kept_and_nothing_that_is_posted_changes_it(client):
    published({"id": "table", "type": "hidden", "text": "Table"}, MILK, begins("order"), STARS)
    first = client.get(PAGE, {"table": "seven"})
    assert not says(first, "Table")
    assert go(client, first, milk=1, table="eight").status_code == 404
    go(client, go(client, first, milk=1), taste=5)
    assert Response.objects.get().answers["table"]["value"] == "seven"


@pytest.mark.parametrize("brought", ["x" * 5000, "<script>alert(1)</script>", "\x00\x1f", "½" * 300])
def test_whatever_a_link_brings_breaks_nothing(client, brought):
    published(*({"id": f"h{n}", "type": "hidden", "text": ""} for n in range(5)), MILK)
    page = client.get(PAGE, {f"h{n}": brought for n in range(5)})
    assert go(client, page, milk=1).status_code == 200
    assert Response.objects.get().state == "final"


def test_a_page_costs_the_same_queries_whichever_it_is(client, message, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("crm.business.queries._LIFETIME", 3600)
    many = [one for n in range(8) for one in ({**MILK, "id": f"m{n}", "remember": {"key": f"m{n}"}}, begins(f"p{n}"))]
    published(*many, STARS)
    page = client.get(tap(message, question=""))
    costs = []
    for n in range(6):
        with django_assert_max_num_queries(16) as counted:
            page = go(client, page, **{f"m{n}": 1})
        costs.append(len(counted))
    assert all(later <= earlier for earlier, later in pairwise(costs[1:]))
