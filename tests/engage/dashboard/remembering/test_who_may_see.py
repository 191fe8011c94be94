"""What only some colleagues may see is shown to no other, on no page, in no list of words, and by no way round."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.surveys.models import Response, Survey
from campaigns.surveys.results import counting
from crm.business.actions import create_key
from crm.contacts.models import Contact, Import, MergeProposal
from crm.preferences.models import Preference, PreferenceKey
from crm.rules import parse, registry
from crm.segments.actions import create_segment
from crm.segments.models import Segment
from crm.segments.seeing import hidden_names, seen_by, speaks_of
from engage.dashboard.rules.posted import inputs
from engage.dashboard.rules.reading import draft_of
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.questions import WORDS as WORDS_QUESTION
from tests.campaigns.surveys.questions import published
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db
WORDS = {"everyone": "oat milk", "marketers": "half past nine", "owners": "hazelnuts"}
SEES = {
    "agent": {"everyone"},
    "marketer": {"everyone", "marketers"},
    "owner": {"everyone", "marketers", "owners"},
}
ROLES = list(SEES)
STAFF = {"agent": cast.ada, "marketer": cast.max_, "owner": cast.olga}


@pytest.fixture
def alice() -> Contact:
    """She told us three things; each is for fewer eyes."""
    person = cast.alice()
    for seen_by_, word in WORDS.items():
        told(person, word, key=f"for_{seen_by_}")
        PreferenceKey.objects.filter(key=f"for_{seen_by_}").update(seen_by=seen_by_, label=f"Label {seen_by_}")
    return Contact.objects.get(pk=person.pk)


def signed_in(client: Client, role: str) -> Client:
    client.force_login(STAFF[role]())
    return client


def seen(text: str) -> set[str]:
    return {seen_by_ for seen_by_, word in WORDS.items() if word in text}


def labels(text: str) -> set[str]:
    return {seen_by_ for seen_by_ in WORDS if f"Label {seen_by_}" in text}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("show", ["", "?show=memory"])
def test_a_persons_page_and_timeline(client: Client, alice: Contact, role: str, show: str) -> None:
    page = reverse("person", args=[alice.uid]) + show
    assert seen(signed_in(client, role).get(page).content.decode()) == SEES[role]
    assert seen(client.get(page, headers={"HX-Request": "true"}).content.decode()) == SEES[role]


def test_what_is_not_shown_takes_no_place_on_a_page_of_the_timeline(client: Client) -> None:
    person = cast.bob()
    told(person, "the first word", key="milk", at=cast.NOON)
    for number in range(60):
        told(person, f"secret {number}", key=f"secret{number}")
    PreferenceKey.objects.exclude(key="milk").update(seen_by="owners")
    page = signed_in(client, "agent").get(reverse("person", args=[person.uid]) + "?show=memory").content.decode()
    assert "the first word" in page and "secret" not in page


@pytest.mark.parametrize("role", ROLES)
def test_home_says_what_they_told_us(client: Client, alice: Contact, role: str) -> None:
    page = signed_in(client, role).get(reverse("home"), follow=True).content.decode()
    assert seen(page) <= SEES[role]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ["she_said", "settings_memory", "pick_memory"])
def test_pages_that_list_what_we_remember(client: Client, alice: Contact, role: str, name: str) -> None:
    answer = signed_in(client, role).get(reverse(name))
    assert answer.status_code in (200, 403)
    assert labels(answer.content.decode()) <= SEES[role]
    assert role != "owner" or labels(answer.content.decode()) == set(WORDS)


@pytest.mark.parametrize("role", ["marketer", "owner"])
def test_a_message_is_shown_with_it_only_to_who_may_see_it(client: Client, alice: Contact, role: str) -> None:
    text = "{% recall for_owners %}{{ value }}{% endrecall %}"
    page = signed_in(client, role).post(reverse("preview_memory"), {"subject": "s", "text": text}).content.decode()
    assert ("hazelnuts" in page) is (role == "owner")
    assert ("Not for your role" in page) is (role == "marketer")


def rule(key: str, **more: object) -> dict:
    return {"did": "told", "name": key, **more}


@pytest.mark.parametrize(
    ("raw", "least"),
    [
        (rule("for_everyone"), "agent"),
        (rule("for_marketers"), "marketer"),
        (rule("for_owners"), "owner"),
        ({"none": [rule("for_owners")]}, "owner"),
        ({"any": [rule("for_everyone"), {"all": [rule("for_marketers")]}]}, "marketer"),
        ({"field": "attribute.for_owners", "op": "is", "value": "hazelnuts"}, "owner"),
        ({"field": "attribute.for_everyone", "op": "is", "value": "x"}, "agent"),
        ({"did": "told"}, "agent"),
        ({"did": "told", "where": [{"column": "value", "op": "is", "value": "hazelnuts"}]}, "owner"),
        ({"did": "preference", "where": [{"column": "about", "op": "is", "value": "for_owners"}]}, "owner"),
    ],
)
def test_a_group_is_seen_by_who_may_see_all_that_it_speaks_of(alice: Contact, raw: dict, least: str) -> None:
    group = create_segment(name="G", rule=raw, by="Olga", at=clock.now())
    above = create_segment(name="Above", rule={"did": "segment", "name": str(group.uid)}, by="Olga", at=clock.now())
    for role in ROLES:
        allowed = ROLES.index(role) >= ROLES.index(least)
        assert speaks_of(parse(raw), hidden_names(role)) is not allowed
        assert ({group, above} <= set(seen_by(role))) is allowed
        assert (above in seen_by(role)) is allowed


@pytest.mark.parametrize("role", ROLES)
def test_a_groups_pages_and_the_list_narrowed_by_it(client: Client, alice: Contact, role: str) -> None:
    group = create_segment(name="Cannot eat nuts", rule=rule("for_owners"), by="Olga", at=clock.now())
    signed_in(client, role)
    allowed = role == "owner"
    assert ("Cannot eat nuts" in client.get(reverse("groups")).content.decode()) is allowed
    for name in ("group", "count_group", "edit_group"):
        assert client.get(reverse(name, args=[group.uid])).status_code in ((200,) if allowed else (404, 403))
    for query in ({"group": str(group.uid)}, {"group": str(group.uid).upper()}, {"told": "for_owners"}):
        assert (client.get(reverse("people"), query).status_code == 200) is allowed
    assert allowed or "Cannot eat nuts" not in client.get(reverse("people")).content.decode()


@pytest.mark.parametrize("role", ["marketer", "owner"])
def test_a_rule_that_speaks_of_it_is_neither_counted_nor_kept(client: Client, alice: Contact, role: str) -> None:
    signed_in(client, role)
    rows = dict(inputs(draft_of(rule("for_owners"), registry)))
    page = client.post(reverse("new_group"), rows).content.decode()
    assert ("only others in the team may see" in page) is (role == "marketer")
    assert (str(alice) in page) is (role == "owner")
    assert ('<option value="for_owners">' in page) is (role == "owner")
    client.post(reverse("new_group"), rows | {"keep": "1", "name": "Mine"})
    assert Segment.objects.filter(name="Mine").exists() is (role == "owner")


@pytest.mark.parametrize("role", ["marketer", "owner"])
def test_the_list_as_a_file(client: Client, alice: Contact, role: str) -> None:
    signed_in(client, role)
    for kind in ("csv", "json"):
        asked = {"format": kind, "columns": ["name", "attributes"]}
        body = b"".join(client.post(reverse("export_people"), asked).streaming_content).decode()
        assert seen(body) == SEES[role]


@pytest.mark.parametrize("role", ["marketer", "owner"])
def test_answers_to_a_survey(client: Client, alice: Contact, role: str) -> None:
    survey = answered_by(alice)
    page = signed_in(client, role).get(reverse("survey", args=[survey.uid])).content.decode()
    assert "peppermint" in page
    assert ("hazelnuts" in page) is (role == "owner")


def answered_by(person: Contact) -> Survey:
    """Two questions; the second is remembered for owners' eyes."""
    survey = published(question("for_everyone", "What do you drink?"), question("for_owners", "What can you not eat?"))
    PreferenceKey.objects.filter(key="for_owners").update(seen_by="owners")
    words = {"for_everyone": "peppermint", "for_owners": "hazelnuts"}
    answers = {key: {"question": "", "words": said} for key, said in words.items()}
    Response.objects.create(
        survey=survey, version=survey.current, contact=person, recorded_for=person, answers=answers, state="final",
        finished=clock.now(),
    )  # fmt: skip
    counting.sweep()
    return survey


def question(key: str, text: str) -> dict[str, object]:
    remember = {"key": key, "label": key, "citable": False, "sentence": ""}
    return WORDS_QUESTION | {"id": key, "text": text, "remember": remember}


@pytest.mark.parametrize("role", ROLES)
def test_only_who_sees_it_may_have_it_forgotten_or_muted(client: Client, alice: Contact, role: str) -> None:
    signed_in(client, role)
    for kept in Preference.objects.select_related("key"):
        allowed = kept.key.seen_by in SEES[role]
        for name in ("mute_memory", "unmute_memory", "forget_memory"):
            answer = client.post(reverse(name, args=[kept.uid]))
            assert answer.status_code == (302 if allowed else 404)


@pytest.mark.parametrize("role", ROLES)
def test_two_people_who_may_be_one_are_compared_without_it(client: Client, alice: Contact, role: str) -> None:
    MergeProposal.objects.create(first=alice, second=cast.bob(), reasons=["phone"])
    answer = signed_in(client, role).get(reverse("duplicates"))
    assert seen(answer.content.decode()) == (SEES[role] if answer.status_code == 200 else set())


@pytest.mark.parametrize("role", ["marketer", "owner"])
def test_columns_of_a_file_are_offered_only_what_one_sees(client: Client, alice: Contact, role: str) -> None:
    signed_in(client, role)
    client.post(reverse("import_people"), {"file": SimpleUploadedFile("a.csv", b"email,x\na@shop.example,1\n")})
    page = client.get(reverse("import_columns", args=[Import.objects.get().uid])).content.decode()
    assert labels(page) == SEES[role]


def test_a_key_of_the_api_sees_what_owners_see_and_only_owners_make_one(client: Client, alice: Contact) -> None:
    headers = {"Authorization": f"Bearer {create_key(kind='api', name='till')[1]}"}
    for path in ("preferences/", f"contacts/{alice.uid}/", f"contacts/{alice.uid}/export/"):
        assert seen(client.get(f"/api/v1/{path}", headers=headers).content.decode()) == SEES["owner"]
    for role in ("agent", "marketer"):
        assert signed_in(client, role).get(reverse("settings_keys")).status_code == 403
        assert client.post(reverse("settings_keys"), {"kind": "api", "name": "mine"}).status_code == 403
        assert client.get(f"/api/v1/contacts/{alice.uid}/").status_code == 401, "a session opens nothing there"
