"""We did something about this: each who can be quoted is told once, in their own words, and nobody else is."""

import pytest
from django.urls import reverse

from campaigns.broadcasts import actions
from campaigns.broadcasts.models import Broadcast
from campaigns.channels import contents
from campaigns.surveys.models import Deed, Saying
from campaigns.surveys.results.deeds import key_of, quotable, quotes
from crm.contacts.actions import erase
from crm.dialogue.models import Message, Rendered
from crm.preferences.models import Preference, PreferenceKey
from tests import cast
from tests.campaigns.broadcasts.hands import BY, Hands, people, person, states
from tests.campaigns.surveys.many import answer
from tests.campaigns.surveys.questions import STARS, WORDS, published
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
WISH = {
    "id": "wish",
    "type": "text",
    "text": "What is missing?",
    "remember": {"key": "wish", "label": "Wish", "citable": True, "sentence": ""},
}
ILL = {
    "id": "ill",
    "type": "text",
    "text": "Anything we should know of your health?",
    "remember": {"key": "health", "label": "Health", "citable": True, "sentence": ""},
}


@pytest.fixture
def survey():
    PreferenceKey.objects.create(key="wish", label="Wish", citable=True)
    PreferenceKey.objects.create(key="health", label="Health", citable=True, sensitive=True)
    return published(STARS, WORDS, WISH, ILL)


def remembered(saying: Saying, key: str, **fields) -> Preference:
    """As the listening belt would have it."""
    owner = saying.response.contact
    said = {"value": saying.words, "kind": "stated", "rank": 2, "source_kind": "survey", "at": saying.at}
    return Preference.objects.create(
        contact=owner,
        recorded_for=owner,
        key=PreferenceKey.objects.get(key=key),
        source_id=str(saying.response.uid),
        **(said | fields),
    )


def did(client, survey, tag: str, topic) -> Deed:
    """Tag all that was said, and say what was done about it."""
    client.force_login(cast.olga())
    said = [str(uid) for uid in Saying.objects.values_list("uid", flat=True)]
    client.post(reverse("tag_survey_answers", args=[survey.uid]), {"saying": said, "tag": tag})
    url = reverse("new_survey_deed", args=[survey.uid]) + f"?tag={survey.tags.get().uid}"
    assert 'name="words"' in client.get(url).content.decode()
    assert client.post(url, {"since": "", "words": "", "topic": ""}).status_code == 400
    client.post(url, {"since": "2026-05-04", "words": "we grind on Mondays too.", "topic": topic.pk})
    return Deed.objects.get()


def test_each_is_told_once_in_their_own_words_and_it_stands_beside_their_answer(hands: Hands, client, survey, news):
    one, other = people(2, news)
    silent = person(9, None)
    answer(survey, {"taste": 2, "words": "Closed on Mondays"}, contact=one, at=hands.now)
    answer(survey, {"words": "Mondays!"}, {"words": "Open on Mondays, please"}, contact=other, at=hands.now)
    answer(survey, {"words": "I like Mondays"}, contact=silent, at=hands.now)
    deed = did(client, survey, "Mondays", news)
    draft = Broadcast.objects.get()
    assert (draft.state, draft.uid, Message.objects.count()) == ("draft", deed.broadcast, 0)
    page = client.get(reverse("survey_deed", args=[survey.uid, deed.uid])).content.decode()
    assert "Closed on Mondays" in page and "2 people would get it" in page and "Would not get it" in page
    assert "Since 4 May we grind on Mondays too." in page
    look = reverse("design_preview", args=[draft.variants.get().design.uid])
    assert client.get(look, {"person": str(one.uid)}).status_code == 200
    actions.start(draft, by=BY, at=hands.now)
    hands.later(seconds=60)
    hands.run()
    assert {state: count for state, count in states(draft).items() if state == "kept"} == {"kept": 2}
    body = " ".join(str(slots) for slots in Rendered.objects.values_list("slots", flat=True))
    assert "Closed on Mondays" in body and "Open on Mondays" in body and "I like Mondays" not in body
    answers = client.get(reverse("survey_answers", args=[survey.uid])).content.decode()
    assert answers.count("we grind on Mondays too.</a></p>") == 3


def test_only_what_they_told_us_and_let_us_mention_is_quoted(hands: Hands, client, survey, news):
    ones = people(5, news)
    wishes = [answer(survey, {"wish": f"Wish {number}"}, contact=one, at=hands.now) for number, one in enumerate(ones)]
    assert wishes
    said = list(Saying.objects.order_by("response__contact"))
    remembered(said[0], "wish")
    remembered(said[1], "wish", state="forgotten")
    remembered(said[2], "wish", mention=False)
    remembered(said[3], "wish", kind="inferred")
    deed = did(client, survey, "Wishes", news)
    found = quotes([one.pk for one in ones], [key_of(deed), "deed_nonsense"], hands.now)
    assert {contact: fact[key_of(deed)].value for contact, fact in found.items()} == {ones[0].pk: "Wish 0"}
    assert (quotable(deed).people, quotable(deed).unmentioned) == (1, 4)
    PreferenceKey.objects.filter(key="wish").update(citable=False)
    assert quotes([ones[0].pk], [key_of(deed)], hands.now) == {}
    page = client.get(reverse("survey_deed", args=[survey.uid, deed.uid])).content.decode()
    assert "Nobody can be quoted" in page and "something that we do not mention" in page


def test_what_is_sensitive_is_never_quoted_unless_somebody_ticked_that_too(hands: Hands, client, survey, news):
    (one,) = people(1, news)
    answer(survey, {"ill": "My heart"}, contact=one, at=hands.now)
    remembered(Saying.objects.get(), "health")
    deed = did(client, survey, "Health", news)
    assert quotes([one.pk], [key_of(deed)], hands.now) == {} and quotable(deed).sensitive == 1
    PreferenceKey.objects.filter(key="health").update(cite_sensitive=True)
    assert quotes([one.pk], [key_of(deed)], hands.now)[one.pk][key_of(deed)].value == "My heart"


def test_who_forgets_between_draft_and_sending_gets_no_quote(hands: Hands, client, survey, news):
    one, other = people(2, news)
    answer(survey, {"words": "Mondays"}, contact=one, at=hands.now)
    answer(survey, {"words": "Tuesdays"}, contact=other, at=hands.now)
    deed = did(client, survey, "Days", news)
    erase(contact=one, by="Olga", at=hands.now)
    assert quotable(deed).people == 1 and Saying.objects.count() == 1
    draft = Broadcast.objects.get()
    actions.start(draft, by=BY, at=hands.now)
    hands.later(seconds=60)
    hands.run()
    assert states(draft) == {"kept": 1}


def test_pages_of_deeds_cost_the_same_for_many_and_agents_see_none(hands: Hands, client, survey, news):
    for one in people(2, news):
        answer(survey, {"words": "Mondays"}, contact=one, at=hands.now)
    deed = did(client, survey, "Mondays", news)
    url = reverse("survey_deed", args=[survey.uid, deed.uid])
    few = queries_of(client, url)
    assert client.get(url, {"after": "nonsense"}).status_code == 200 and few < 60
    new = reverse("new_survey_deed", args=[survey.uid])
    assert client.get(new, {"tag": "nonsense"}).status_code == client.get(new).status_code == 404
    assert client.get(new, {"saying": str(Saying.objects.first().uid)}).status_code == 200
    client.force_login(cast.ada())
    assert client.get(url).status_code == client.get(new).status_code == 403


def test_words_under_no_key_are_quoted_to_whoever_said_them_and_to_nobody_else(hands, client, survey, news):
    one, other = people(2, news)
    answer(survey, {"words": "My neighbour is loud"}, contact=one, at=hands.now)
    answer(survey, {"taste": 5, "words": "Nice tea"}, contact=other, at=hands.now)
    deed = did(client, survey, "Quiet", news)
    silent = person(9, None)
    found = quotes([one.pk, other.pk, silent.pk], [key_of(deed)], hands.now)
    assert {contact: fact[key_of(deed)].value for contact, fact in found.items()} == {
        one.pk: "My neighbour is loud",
        other.pk: "Nice tea",
    }
    actions.start(Broadcast.objects.get(), by=BY, at=hands.now)
    hands.later(seconds=60)
    hands.run()
    read = {message.contact_id: contents.shown(message).text for message in Message.objects.filter(state="kept")}
    assert "My neighbour is loud" in read[one.pk] and "Nice tea" not in read[one.pk]
    assert "Nice tea" in read[other.pk] and "neighbour" not in read[other.pk] and silent.pk not in read
