"""Why we may write to somebody, or may not, in one sentence for each kind of evidence."""

from datetime import timedelta

import pytest

from crm.contacts.actions import record_consent
from crm.contacts.evidence import OWN_PAGE, evidence, grounds, sentence
from crm.contacts.models import Consent, Contact, Topic
from tests import cast

pytestmark = pytest.mark.django_db

YES, NO = "We may write about Offers: ", "We may not write about Offers: "
NOON = "4 May 2026, 12:00"

SENTENCES = {
    ("form", "granted"): f"{YES}they said yes on the form “Letters” on {NOON}.",
    ("form", "withdrawn"): f"{NO}they said no on the form “Letters” on {NOON}.",
    ("double_opt_in", "granted"): (
        f"{YES}they asked for it on the form “Letters”, and confirmed it by the link in our mail on {NOON}."
    ),
    ("double_opt_in", "withdrawn"): f"{NO}they said no on the form “Letters” on {NOON}.",
    ("import", "granted"): f"{YES}a file says that they agreed on {NOON} (Letters).",
    ("import", "withdrawn"): f"{NO}a file says that they had unsubscribed on {NOON} (Letters).",
    ("staff", "granted"): f"{YES}they told a colleague on {NOON}.",
    ("staff", "withdrawn"): f"{NO}they told a colleague on {NOON}.",
    ("link", "granted"): f"{YES}they chose it by the link in a message on {NOON}.",
    ("link", "withdrawn"): f"{NO}they unsubscribed by the link in a message on {NOON}.",
    ("reply", "granted"): f"{YES}they answered a message with it on {NOON}.",
    ("reply", "withdrawn"): f"{NO}they answered a message with STOP on {NOON}.",
    ("api", "granted"): f"{YES}the shop’s server told us on {NOON} that they agreed.",
    ("api", "withdrawn"): f"{NO}the shop’s server told us on {NOON} that they do not want it.",
}


@pytest.fixture
def offers() -> Topic:
    return Topic.objects.create(key="offers", label="Offers")


@pytest.fixture
def alice() -> Contact:
    return cast.alice()


def said(contact: Contact, topic: Topic, **fields: object) -> Consent:
    return record_consent(**{"contact": contact, "topic": topic, "state": "granted", "at": cast.NOON, **fields})


def test_no_way_to_give_or_take_permission_is_without_words() -> None:
    assert set(SENTENCES) == {(how, state) for how in Consent.How.values for state in Consent.State.values}


@pytest.mark.parametrize(("kind", "words"), SENTENCES.items(), ids=["-".join(kind) for kind in SENTENCES])
def test_each_kind_of_evidence_is_a_sentence_of_its_own(alice, offers, kind, words) -> None:
    how, state = kind
    assert sentence(said(alice, offers, how=how, state=state, source="Letters")) == words


@pytest.mark.parametrize("state", ["granted", "withdrawn"])
def test_what_they_set_on_their_own_page_says_so(alice, offers, state) -> None:
    row = said(alice, offers, how="link", state=state, source=OWN_PAGE)
    assert sentence(row) == f"{YES if state == 'granted' else NO}they set it on their own page on {NOON}."


def test_a_double_opt_in_names_both_times_and_where_it_came_from(alice, offers) -> None:
    row = said(
        alice,
        offers,
        how="double_opt_in",
        source="Letters",
        asked=cast.NOON - timedelta(minutes=3),
        network_address="203.0.113.7",
    )
    assert sentence(row) == (
        f"{YES}they asked for it on the form “Letters” on 4 May 2026, 11:57, and confirmed it by the link in our mail "
        f"on {NOON}, from the network address 203.0.113.7."
    )


def test_whoever_wrote_it_down_is_named_and_the_customer_is_not(alice, offers) -> None:
    assert sentence(said(alice, offers, how="staff", by="Max")).endswith(f"on {NOON}; written down by Max.")
    assert "written down" not in sentence(said(alice, offers, how="form", by="customer"))


def test_a_form_without_a_name_is_said_to_have_none(alice, offers) -> None:
    assert "on the form “without a name”" in sentence(said(alice, offers, how="form"))


def test_a_time_is_told_in_the_zone_of_whoever_reads(alice, offers) -> None:
    from django.utils import timezone

    with timezone.override("Asia/Shanghai"):
        assert "4 May 2026, 20:00" in sentence(said(alice, offers, how="staff"))


def test_what_was_said_of_several_topics_at_once_is_said_once(alice, offers) -> None:
    news, gifts, tips = (Topic.objects.create(key=key, label=key.title()) for key in ("news", "gifts", "tips"))
    for topic in (offers, gifts):
        said(alice, topic, how="form", source="Letters", words="Yes, both.")
    said(alice, news, how="form", source="Letters", words="And news.")
    together = grounds(evidence(alice))
    assert {one.label: one.sentence for one in together} == {
        "Offers, Gifts": f"We may write about Offers, Gifts: they said yes on the form “Letters” on {NOON}.",
        "News": f"We may write about News: they said yes on the form “Letters” on {NOON}.",
        "Tips": "We may not write about Tips: they were never asked.",
    }
    assert [one.granted for one in together] == [True, True, False]
    said(alice, gifts, how="link", state="withdrawn", at=cast.NOON + timedelta(days=1))
    assert [one.label for one in grounds(evidence(alice))] == ["Offers", "News", "Gifts", "Tips"] and tips


@pytest.mark.parametrize(
    "other",
    [
        {"at": cast.NOON + timedelta(hours=1)},
        {"source": "Another form"},
        {"how": "staff"},
        {"state": "withdrawn"},
        {"words": "Other words."},
        {"network_address": "203.0.113.8"},
        {"by": "Max"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_differs_in_anything_is_said_apart(alice, offers, other) -> None:
    news = Topic.objects.create(key="news", label="News")
    same = {"how": "form", "source": "Letters", "words": "Yes.", "network_address": "203.0.113.7"}
    said(alice, offers, **same)
    said(alice, news, **{**same, **other})
    assert len(grounds(evidence(alice))) == 2
