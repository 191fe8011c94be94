"""Whoever asks on a public form only asks; whoever confirms by the link that went to the address has agreed."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.surveys import queries
from campaigns.surveys.confirming import signing, was_it_you
from campaigns.surveys.models import Response, SignUp
from crm.contacts.actions import erase, suppress
from crm.contacts.evidence import evidence
from crm.contacts.models import Consent, Contact, Identity, Merge, MergeProposal, Suppression
from crm.dialogue.actions import write_note
from crm.dialogue.models import Message
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock, ids, tokens
from engage.maintenance import nightly
from tests import cast
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, published, sent_to, tap
from tests.campaigns.surveys.sign_ups import ADDRESS, PERMISSION, WORDS, ask, link, mails, sign_up_form

pytestmark = pytest.mark.django_db

FROM = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def form():
    return sign_up_form()


def dora() -> Contact:
    return Contact.objects.get(identities__value=ADDRESS)


def read(page) -> str:
    """What stands there, but for what is random in every page."""
    return re.sub(r'nonce="[^"]+"', "", page.content.decode())


def test_asking_is_a_request_and_nothing_more(client, form):
    page = ask(client, name="Dora", milk=1).content.decode()
    assert "One step is left" in page and ADDRESS not in page
    asked = SignUp.objects.get()
    assert (asked.address, asked.network_address, asked.confirmed) == (ADDRESS, "127.0.0.1", None)
    assert not Consent.objects.exists()
    assert not Identity.objects.exclude(proof="").exclude(kind="anonymous").exists()
    assert (dora().first_name, dora().identities.get(kind="email").proof) == ("Dora", "")


def test_the_mail_names_the_form_the_topics_and_the_words_and_is_security(client, form):
    ask(client)
    (mail,) = mails()
    assert (mail.klass, mail.lane, mail.address, mail.contact) == ("security", 0, ADDRESS, dora())
    assert all(said in mail.text for said in ("Letters from the quay", "Offers, News", WORDS, "for a week"))


def test_the_mail_speaks_the_language_of_whoever_asked(client, form):
    client.get("/s/letters/", headers={"Accept-Language": "es"})
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    ask(client)
    assert (SignUp.objects.get().language, dora().language) == ("es", "es")


def test_somebody_we_know_is_written_to_in_her_own_language(client, form):
    cast.contact("Dora Lind", ADDRESS, language="zh-hans")
    ask(client)
    assert SignUp.objects.get().language == "zh-hans"


@pytest.mark.parametrize("look", ["get", "head", "prefetch"])
def test_a_machine_that_opens_the_link_agrees_to_nothing(client, form, look):
    ask(client)
    headers = {"Sec-Purpose": "prefetch"} if look == "prefetch" else {}
    for _ in range(3):
        answer = (client.head if look == "head" else client.get)(link(), headers=headers)
        assert answer.status_code == 200 and not answer.cookies
    assert not Consent.objects.exists() and SignUp.objects.get().confirmed is None


def test_the_page_names_the_shop_the_topics_the_words_and_what_she_told(client, form):
    ask(client, name="Dora", milk=1)
    page = client.get(link()).content.decode()
    assert all(
        said in page for said in ("Letters from the quay", "<li>Offers</li>", "<li>News</li>", WORDS, "oat milk")
    )
    assert ADDRESS not in page and 'method="post"' in page and "<script" not in page


def test_confirming_is_a_consent_with_its_words_both_times_and_where_from(client, form):
    with time_machine.travel("2026-05-04 12:00:00Z", tick=False):
        ask(client)
    with time_machine.travel("2026-05-04 12:03:00Z", tick=False):
        assert client.post(link(), **FROM).status_code == 200
    offers, news = Consent.objects.order_by("topic__position")
    assert (offers.topic.key, news.topic.key) == ("offers", "news")
    assert (offers.state, offers.how, offers.words) == ("granted", "double_opt_in", WORDS)
    assert (offers.source, offers.by) == ("Letters from the quay", "customer")
    assert (offers.at - offers.asked, offers.network_address) == (timedelta(minutes=3), "203.0.113.7")
    assert offers.contact == dora()


def test_confirming_proves_the_address(client, form):
    ask(client, name="Dora")
    client.post(link())
    (identity,) = dora().identities.filter(kind="email")
    assert (identity.value, identity.proof) == (ADDRESS, "link")


def test_confirmed_twice_is_confirmed_once(client, form):
    ask(client)
    for _ in range(3):
        assert "You are on the list" in client.post(link()).content.decode()
    assert "You are on the list" in client.get(link()).content.decode()
    assert Consent.objects.count() == 2


def test_what_was_taken_back_later_is_not_given_again_by_the_old_link(client, form):
    ask(client)
    client.post(link())
    offers = evidence(dora())[0]
    signing.record_consent(contact=dora(), topic=offers.topic, state="withdrawn", how="link", at=clock.now())
    client.post(link())
    assert not evidence(dora())[0].granted


def test_triggers_hear_of_the_permission_and_the_answers_are_remembered(client, form):
    ask(client, name="Dora", milk=1)
    client.post(link())
    listen.run()
    assert Preference.objects.get(state="active").contact == dora()
    assert set(dora().events.values_list("name", flat=True)) >= {"Survey Answered", "Permission Given"}


def test_somebody_we_know_keeps_her_page_and_gains_what_the_visitor_said(client, form):
    known = cast.contact("Dora Lind", ADDRESS)
    ask(client, name="Dodo", milk=1)
    assert not Merge.objects.exists()
    client.post(link())
    listen.run()
    known.refresh_from_db()
    assert known.first_name == "Dora" and evidence(known)[0].granted
    assert Preference.objects.get(state="active").contact == known
    assert known.identities.filter(kind="email").count() == 1


def test_a_visitor_whom_a_colleague_knows_by_something_else_is_only_proposed(client, form):
    known = cast.contact("Dora Lind", ADDRESS)
    ask(client)
    visitor = SignUp.objects.get().contact
    Identity.objects.create(contact=visitor, recorded_for=visitor, kind="phone", value="+447700900123", proof="staff")
    client.post(link())
    assert evidence(known)[0].granted and not Merge.objects.exists()
    assert MergeProposal.objects.get().reasons == ["email"]


def test_an_address_typed_behind_anothers_link_becomes_somebody_of_its_own(client, alice, form):
    message = sent_to(alice)
    submit(client, tap(message, "letters", question=""), permission=ADDRESS, milk=1)
    client.post(link())
    assert dora() != alice and evidence(dora())[0].granted
    assert not evidence(alice)[0].consent and Response.objects.get().contact == alice


def test_alice_behind_her_own_link_gives_it_herself(client, alice, form):
    submit(client, tap(sent_to(alice), "letters", question=""), permission="alice@shop.example")
    client.post(link())
    assert evidence(alice)[0].granted


def test_asked_twice_counts_once_and_within_an_hour_is_one_mail(client, form):
    ask(client, name="Dora"), ask(client, "DORA@shop.example", name="Dora")
    assert (queries.asked(form).asked, len(mails())) == (1, 1)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        ask(client, name="Dora")
    assert (queries.asked(form).asked, len(mails())) == (1, 2)


def test_an_address_gets_three_mails_a_day_from_however_many_forms(client):
    for number in range(5):
        sign_up_form(PERMISSION, key=f"form_{number}")
        assert ask(client, key=f"form_{number}").status_code == 200
    assert len(mails()) == was_it_you.MAILS_A_DAY and SignUp.objects.count() == 5


def test_one_place_cannot_have_mails_sent_to_everybody(client, form):
    answers = [ask(client, f"someone{number}@shop.example") for number in range(22)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 2
    assert len(mails()) == 20


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_an_address_on_the_do_not_write_list_gets_nothing_and_reads_the_same(client, form, reason):
    said = read(ask(client))
    suppress(address="eve@shop.example", reason=reason, by="Olga", at=clock.now())
    assert read(ask(client, "eve@shop.example")) == said
    assert [mail.address for mail in mails()] == [ADDRESS]
    assert SignUp.objects.get(address="eve@shop.example").mailed is None


def test_nobody_learns_who_is_known(client, form, alice):
    assert read(ask(client, "nobody@shop.example")) == read(ask(client, "alice@shop.example"))


def test_a_link_of_last_week_is_too_old_and_can_be_sent_again(client, form):
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        ask(client)
    old = link()
    for answer in (client.get(old), client.post(old)):
        assert answer.status_code == 410 and "Send a fresh link" in answer.content.decode()
    assert not Consent.objects.exists()
    for _ in range(3):
        assert client.post(f"{old}again/").status_code == 200
    assert len(mails()) == 2
    client.post(link())
    assert evidence(dora())[0].granted


BAD_LINKS = {
    "nonsense": lambda good: "nonsense",
    "not ascii": lambda good: "é.é",
    "cut in the mail": lambda good: good[:-3],
    "of nobody": lambda good: tokens.sign("confirm", str(ids.uuid7()), 1),
    "of another purpose": lambda good: tokens.sign("m", *tokens.read("confirm", good)),
    "too few parts": lambda good: tokens.sign("confirm", "x"),
}


@pytest.mark.parametrize("path", ["{}", "{}again/"], ids=["confirm", "send again"])
@pytest.mark.parametrize("spoil", BAD_LINKS.values(), ids=BAD_LINKS)
def test_a_bad_link_confirms_nothing(client, form, spoil, path):
    ask(client)
    before, token, _end = link().rsplit("/", 2)
    answer = client.post(path.format(f"{before}/{spoil(token)}/"))
    assert answer.status_code == 404 and not Consent.objects.exists() and len(mails()) == 1


def test_a_link_belongs_to_its_form(client, form):
    sign_up_form(PERMISSION, key="other")
    ask(client)
    assert client.post(link().replace("/letters/", "/other/")).status_code == 404


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_website_cannot_confirm_for_her(client, form, headers):
    ask(client)
    assert client.post(link(), headers=headers).status_code == 403
    assert not Consent.objects.exists()


def test_a_request_that_nobody_confirms_is_forgotten_with_its_visitor_and_still_counts(client, form):
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        ask(client, name="Dora", milk=1)
    ask(client, "fresh@shop.example")
    stale = SignUp.objects.order_by("asked").first()
    old_link = link(mails()[0])
    nightly()
    stale.refresh_from_db()
    stale.contact.refresh_from_db()
    assert (stale.address, stale.network_address, stale.contact.first_name) == ("", None, "")
    assert not Identity.objects.filter(value=ADDRESS).exists()
    assert not Message.objects.filter(address=ADDRESS).exists()
    assert not Suppression.objects.exists()
    assert queries.asked(form) == queries.Asked(asked=2, confirmed=0)
    assert client.post(old_link).status_code == 404
    assert Identity.objects.filter(value="fresh@shop.example").exists()


def test_whoever_a_colleague_had_to_do_with_stays(client, form):
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        ask(client, name="Dora")
    person = SignUp.objects.get().contact
    write_note(contact=person, text="Rang us.", by=cast.ada(), at=clock.now())
    nightly()
    person.refresh_from_db()
    assert person.first_name == "Dora" and SignUp.objects.get().address == ""


def test_the_confirmed_stay(client, form):
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        ask(client), client.post(link())
    nightly()
    assert evidence(dora())[0].granted and SignUp.objects.get().address == ADDRESS


def test_erasing_her_takes_the_open_requests_for_her_address_along(client, form):
    known = cast.contact("Dora Lind", ADDRESS)
    ask(client, name="Dora")
    old = link()
    erase(contact=known, by="Olga", at=clock.now())
    assert not Identity.objects.filter(value=ADDRESS).exists() and not Message.objects.filter(address=ADDRESS).exists()
    assert client.post(old).status_code == 404 and not Consent.objects.exists()
    assert SignUp.objects.get().contact.erased is not None


def test_erasing_a_visitor_keeps_the_address_of_somebody_else_writable(client, form, alice):
    ask(client, "alice@shop.example")
    erase(contact=SignUp.objects.get().contact, by="Olga", at=clock.now())
    assert not Suppression.objects.exists()
    assert alice.identities.filter(kind="email").count() == 1


def test_she_may_ask_again_after_she_left(client, form):
    ask(client), client.post(link())
    offers = evidence(dora())[0]
    signing.record_consent(contact=dora(), topic=offers.topic, state="withdrawn", how="link", at=clock.now())
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        ask(client), client.post(link())
    assert evidence(dora())[0].granted and queries.asked(form) == queries.Asked(2, 2)


@pytest.mark.parametrize(
    "bad", ["", "dora", "dora@", "a b@shop.example", "dora@shop.example\nBcc: x@y.example", "x" * 600]
)
def test_what_is_no_address_comes_back_with_the_reason(client, form, bad):
    answer = ask(client, bad, milk=2)
    assert answer.status_code == 400 and "error" in answer.content.decode()
    assert not SignUp.objects.exists() and not mails()


def test_where_permission_is_not_required_an_answer_is_enough(client):
    sign_up_form(MILK, PERMISSION | {"required": False})
    assert "Thank you" in submit(client, "/s/letters/", milk=1).content.decode()
    assert not SignUp.objects.exists() and Response.objects.count() == 1


def test_the_words_she_saw_stand_in_the_ledger_although_new_ones_are_out(client, form):
    from tests.campaigns.surveys.questions import republished

    ask(client)
    republished(form, PERMISSION | {"text": "Yes to everything.", "topics": ["offers"]})
    assert WORDS in client.get(link()).content.decode()
    client.post(link())
    assert set(Consent.objects.values_list("words", flat=True)) == {WORDS} and Consent.objects.count() == 2


def test_a_form_for_no_topic_cannot_be_published():
    from campaigns.surveys.asked.definition import BadDefinition

    with pytest.raises(BadDefinition, match="Say what you would write about"):
        published(PERMISSION | {"topics": []})
    with pytest.raises(BadDefinition, match="once"):
        published(PERMISSION, PERMISSION | {"id": "again"})


def test_the_address_stands_with_the_request_and_in_no_answer_or_event(client, form):
    ask(client, milk=1)
    listen.run()
    assert ADDRESS not in str(list(Response.objects.values_list("answers", flat=True)))
    assert ADDRESS not in str(list(dora().events.values_list("properties", flat=True)))


def test_the_named_sites_may_show_the_form_and_nobody_the_confirmation(client):
    sign_up_form(embed_on=["https://shop.example"])
    assert "frame-ancestors 'self' https://shop.example" in client.get("/s/letters/")["Content-Security-Policy"]
    ask(client)
    page = client.get(link())
    assert "https://shop.example" not in page["Content-Security-Policy"] and page["X-Frame-Options"] == "DENY"


def test_asking_and_confirming_cost_a_constant_number_of_queries(client, form, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        ask(client, name="Dora", milk=1)
    with django_assert_max_num_queries(40):
        client.post(link())
