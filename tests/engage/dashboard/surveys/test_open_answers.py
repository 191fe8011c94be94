"""What people said in their own words: read beside who they are, found, and sorted by tags that can be taken back."""

import pytest
from django.urls import reverse

from campaigns.surveys.models import AnswerTag, Photo, Saying, TaggedAnswer
from campaigns.surveys.results import counting
from crm.contacts.actions.erase import erase
from engage.lib import clock, ids
from tests import cast
from tests.campaigns.surveys.many import answer
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
WHY = {"id": "why", "type": "line", "text": "Why?"}


@pytest.fixture(autouse=True)
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


@pytest.fixture
def survey():
    survey = published(MILK, STARS, WORDS, WHY)
    alice, bob = cast.alice(), cast.bob()
    answer(survey, {"taste": 2, "words": "The delivery was <b>late</b>", "why": "rain"}, contact=alice)
    answer(survey, {"taste": 5, "words": "Late delivery again, 但是咖啡很好喝"}, {"milk": 1}, contact=bob)
    return survey


def texts(page) -> list[str]:
    return [one.saying.words for one in page.context["rows"]]


def url_of(survey, name: str = "survey_answers", *more: str) -> str:
    return reverse(name, args=[survey.uid, *more])


def test_words_are_found_by_question_score_tag_and_what_they_begin_with(client, survey):
    url = url_of(survey)
    assert len(texts(client.get(url))) == 3
    assert texts(client.get(url, {"question": "why"})) == ["rain"]
    assert len(texts(client.get(url, {"least": "5"}))) == 1 and len(texts(client.get(url, {"most": "2"}))) == 2
    for words, count in (("deliv late", 2), ("again", 1), ("咖啡", 1), ("啡咖", 0), ("milk", 0), ("' & ! :*", 3)):
        found = client.post(url_of(survey, "find_survey_answers"), {"q": words}, follow=True)
        assert len(texts(found)) == count, words
        assert words[:4] not in found.redirect_chain[-1][0]
    page = client.get(url).content.decode()
    assert "&lt;b&gt;late" in page and "<b>late" not in page
    assert client.get(url, {"least": "x", "tag": "y", "question": "z", "cursor": "?", "found": "no"}).status_code == 200


def test_several_are_tagged_at_once_and_it_is_taken_back(client, survey):
    late = [str(one.uid) for one in Saying.objects.filter(words__icontains="late")]
    tagging = url_of(survey, "tag_survey_answers")
    client.post(tagging, {"saying": [*late, "nonsense"], "tag": "Delivery", "do": "on", "back": "?question=words"})
    done = client.post(tagging, {"saying": late[:1], "tag": "delivery", "do": "on"}, follow=True)
    assert "Nothing was changed" in done.content.decode()
    tag = AnswerTag.objects.get()
    assert (tag.name, TaggedAnswer.objects.count()) == ("Delivery", 2)
    assert len(texts(client.get(url_of(survey), {"tag": str(tag.uid)}))) == 2
    assert "Delivery" in client.get(reverse("survey", args=[survey.uid])).content.decode()
    off = client.post(tagging, {"saying": late, "tag": "Delivery", "do": "off"}, follow=True)
    assert not TaggedAnswer.objects.exists()
    undo = next(str(message.extra_tags).removeprefix("undo:") for message in off.context["messages"])
    client.post(undo)
    assert TaggedAnswer.objects.count() == 2
    other = published(WORDS, key="other")
    client.post(url_of(other, "tag_survey_answers"), {"saying": late, "tag": "Stolen"})
    assert not TaggedAnswer.objects.filter(tag__name="Stolen").exists()


def test_words_go_with_what_counts_no_more_and_stay_when_only_its_day_moves(client, survey):
    saying = Saying.objects.get(question="why")
    client.post(url_of(survey, "tag_survey_answers"), {"saying": str(saying.uid), "tag": "Weather"})
    counting.count_anew()
    saying.response.__class__.objects.filter(pk=saying.response_id).update(day="2020-01-01")
    assert TaggedAnswer.objects.count() == 1
    erase(contact=saying.response.contact, by="Olga", at=clock.now())
    assert Saying.objects.count() == 1 and not TaggedAnswer.objects.exists()


def test_a_page_costs_the_same_for_many_and_goes_on(client, survey):
    url = url_of(survey)
    few = queries_of(client, url)
    people = [cast.contact(f"Person {number}", f"p{number}@shop.example") for number in range(5)]
    for person in people:
        answer(survey, *5 * [{"words": "Fine"}], contact=person)
    page = client.get(url)
    assert queries_of(client, url) == few and len(texts(page)) == 20
    assert len(texts(client.get(url, {"cursor": page.context["next"]}))) == 8


def test_photos_stand_in_a_gallery(client, survey):
    response = Saying.objects.first().response
    uid = ids.uuid7()
    Photo.objects.create(uid=uid, response=response, question="pic", kind="png", data=b"x", at=clock.now())
    page = client.get(url_of(survey, "survey_photos")).content.decode()
    assert reverse("survey_photo", args=[uid]) in page and response.contact.name in page
    assert client.get(url_of(survey, "survey_photos"), {"before": "x"}).status_code == 200


def test_agents_read_and_tag_nothing(client, survey):
    client.force_login(cast.ada())
    assert client.get(url_of(survey)).status_code == client.get(url_of(survey, "survey_photos")).status_code == 403
    for name in ("find_survey_answers", "tag_survey_answers"):
        assert client.post(url_of(survey, name), {"tag": "x"}).status_code == 403
    assert client.post(url_of(survey, "undo_survey_tags", "x")).status_code == 403
