"""Mails in the inbox: shown safely, kept whole, and never silently lost."""

import base64
import io
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.urls import reverse
from PIL import Image

from campaigns.channels.email.received.filing import Arrival, file
from crm.contacts.actions import erase, record_consent
from crm.contacts.models import Consent, Topic
from crm.dialogue.actions import reply, say
from crm.dialogue.models import Attachment, Conversation, Mail, Message
from engage import returns
from engage.lib import belts, clock
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (600, 400), "brown").save(data, "JPEG")
    return data.getvalue() + b"<script>alert(1)</script>"


def mail(html: str, *, sender: str = "alice@shop.example", text: str = "Oat.\n\n> Milk?\n", subject="Coffee") -> bytes:
    jpeg = base64.encodebytes(picture()).decode()
    return (
        f"From: Alice <{sender}>\nSubject: {subject}\nMessage-ID: <{abs(hash(html + text))}@alice>\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: text/html\n\n{html}\n"
        f"--b\nContent-Type: image/jpeg; name=cup.jpg\nContent-ID: <cup>\nContent-Transfer-Encoding: base64\n\n{jpeg}\n"
        "--b\nContent-Type: text/html; name=page.html\nContent-Disposition: attachment\n\n"
        "<script>alert(2)</script>\n--b--\n"
    ).encode()


HOSTILE = (
    '<script>alert(1)</script><p onclick="x()" style="position:fixed">Oat</p><img src="cid:cup">'
    '<img src="https://spy.test/p.gif"><img src="data:image/svg+xml;base64,PHN2Zz4="><a href="javascript:x()">y</a>'
    '<a href="https://shop.example/">z</a><form action="https://evil.test"><input name="p"></form>'
    '<iframe src="https://evil.test"></iframe><svg onload="x()"></svg><base href="https://evil.test/"><meta http-equiv='
    '"refresh" content="0;url=https://evil.test"><link rel=stylesheet href="https://evil.test/x.css">'
    '<table background="https://spy.test/b.gif"><tr><td>cell</td></tr></table>'
)


@pytest.fixture
def heard(alice, ada) -> Mail:
    file(Arrival(mail(HOSTILE), clock.now(), "hello@shop.test"))
    return Mail.objects.get()


def page(client) -> str:
    return client.get(reverse("conversation", args=[Conversation.objects.latest("pk").uid])).content.decode()


def test_a_mail_shows_its_words_its_files_and_the_way_to_all_of_it(client, heard):
    html = page(client)
    assert "cup.jpg" in html and "page.html" in html
    assert reverse("mail_words", args=[heard.uid]) in html and reverse("mail_html", args=[heard.uid]) in html
    assert "&gt; Milk?" not in html
    assert "&gt; Milk?" in client.get(reverse("mail_words", args=[heard.uid])).content.decode()


def test_foreign_html_runs_nothing_and_fetches_nothing(client, heard):
    answer = client.get(reverse("mail_html", args=[heard.uid]))
    shown, policy = answer.content.decode(), answer["Content-Security-Policy"]
    for evil in (
        "alert",
        "onclick",
        "javascript:",
        "<form",
        "<iframe",
        "<svg",
        "<base",
        "<link",
        "refresh",
        "spy.test",
    ):
        assert evil not in shown.partition("<body>")[2]
    assert "Oat" in shown and "https://shop.example/" in shown and "data:image/jpeg;base64," in shown
    assert policy.startswith("default-src 'none'") and "sandbox" in policy and "https:" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN" and answer["X-Content-Type-Options"] == "nosniff"


def test_pictures_from_elsewhere_come_only_when_they_are_asked_for(client, heard):
    answer = client.get(reverse("mail_html", args=[heard.uid]), {"pictures": 1})
    assert (
        "https://spy.test/p.gif" in answer.content.decode()
        and "img-src data: https:" in answer["Content-Security-Policy"]
    )


def test_a_file_is_a_download_whatever_it_says_to_be(client, heard):
    answer = client.get(reverse("mail_file", args=[Attachment.objects.get(name="page.html").uid]))
    assert answer["Content-Type"] == "application/octet-stream" and "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert b"alert(2)" in answer.content


def test_a_picture_is_made_anew(client, heard):
    answer = client.get(reverse("mail_picture", args=[Attachment.objects.get(name="cup.jpg").uid]))
    assert answer["Content-Type"] == "image/jpeg" and b"script" not in answer.content
    assert Image.open(io.BytesIO(answer.content)).size == (320, 213)
    assert client.get(reverse("mail_picture", args=[Attachment.objects.get(name="page.html").uid])).status_code == 404


def test_the_mail_itself_is_there_as_it_came(client, heard):
    answer = client.get(reverse("mail_raw", args=[heard.uid]))
    assert answer.content == mail(HOSTILE) and "attachment" in answer["Content-Disposition"]


def test_nobody_sees_any_of_it_without_signing_in(client, heard):
    client.logout()
    file_uid = Attachment.objects.first().uid
    for name in ("mail_raw", "mail_words", "mail_html"):
        assert client.get(reverse(name, args=[heard.uid])).status_code == 302
    for name in ("mail_file", "mail_picture"):
        assert client.get(reverse(name, args=[file_uid])).status_code == 302
    assert client.get(reverse("mails_aside")).status_code == 302
    for name in ("mail_aside", "mail_belongs", "mail_belongs_not"):
        assert client.post(reverse(name, args=[heard.uid])).status_code == 302


def test_script_in_every_field_is_shown_as_words(client, alice, ada):
    evil = "<script>alert(1)</script>"
    raw = mail(evil, text=f"Hello {evil}", subject=evil).replace(
        b"name=cup.jpg", b'name="<img src=x onerror=alert(1)>.jpg"'
    )
    file(Arrival(raw, clock.now()))
    html = page(client)
    assert evil not in html and "<img src=x" not in html and "&lt;script&gt;" in html


def test_somebody_elses_words_are_labelled(client, alice, ada, heard, settings):
    settings.INBOUND_DOMAIN = "in.shop.test"
    talk = Conversation.objects.get()
    our = reply(conversation=talk, text="Gladly.", by=ada, at=clock.now(), seen=Message.objects.latest("pk").pk)
    file(Arrival(mail("x", sender="sister@home.test", text="Me too."), clock.now(), message=our.uid))
    html = page(client)
    assert "sister@home.test: not an address of Alice Moreau" in html


def test_a_thread_takes_as_many_queries_for_ten_mails_as_for_one(client, heard):
    url = reverse("conversation", args=[Conversation.objects.get().uid])
    one = queries_of(client, url)
    for number in range(9):
        file(Arrival(mail("x", text=f"Mail {number}"), clock.now()))
    assert queries_of(client, url) == one


def test_an_earlier_conversation_is_offered_with_one_tap_and_taken_back(client, ada, heard):
    talk = Conversation.objects.get()
    client.post(reverse("done_conversation", args=[talk.uid]))
    file(Arrival(mail("x", text="And a biscuit."), clock.now()))
    later = Mail.objects.latest("pk")
    assert "Yes, it goes on there" in page(client)
    answer = client.post(reverse("mail_belongs", args=[later.uid]))
    assert answer["Location"] == reverse("conversation", args=[talk.uid])
    client.post(reverse("mail_belongs_not", args=[later.uid]))
    assert Mail.objects.get(pk=later.pk).suggested == talk


def test_a_stop_within_a_longer_text_is_one_tap(client, alice, ada):
    topic = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=topic, state="granted", how="form", words="Yes", source="x", at=cast.NOON)
    file(Arrival(mail("x", text="Thanks for the cups. But please do not write to me any more, I moved."), clock.now()))
    assert "This may ask us to stop writing." in page(client)
    client.post(reverse("stop_writing", args=[Message.objects.get(direction="in").uid]))
    assert Consent.objects.latest("pk").state == "withdrawn"


# What stands aside


@pytest.fixture
def unread(alice, ada) -> Mail:
    file(Arrival(b"Subject: \xe2\x80\xaetrick\n\nWho am I?", clock.now(), "hello@shop.test"))
    return Mail.objects.get()


def test_what_could_not_be_read_is_seen_with_its_reason(client, unread):
    html = client.get(reverse("mails_aside")).content.decode()
    assert "It does not say who wrote it." in html and "Who am I?" in html and "\u202e" not in html


def test_it_is_brought_to_whoever_a_colleague_names(client, unread, alice):
    client.post(reverse("mail_aside", args=[unread.uid]), {"what": "belongs", "address": "nobody@x.test"})
    assert not Message.objects.exists()
    client.post(reverse("mail_aside", args=[unread.uid]), {"what": "belongs", "address": "Alice@shop.example"})
    assert Message.objects.get().contact_id == alice.pk and Message.objects.get().text == "Who am I?"
    assert "Everything could be read." in client.get(reverse("mails_aside")).content.decode()


def test_it_is_tried_again_and_nothing_is_lost_when_it_fails_again(client, unread, monkeypatch):
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    client.post(reverse("mail_aside", args=[unread.uid]), {"what": "again"})
    returns.run()
    assert bytes(Mail.objects.get().raw).endswith(b"Who am I?") and Mail.objects.get().kind == "unread"


def test_it_is_put_away_and_back(client, unread):
    client.post(reverse("mail_aside", args=[unread.uid]), {"what": "away"})
    assert "Who am I?" not in client.get(reverse("mails_aside")).content.decode()
    client.post(reverse("mail_aside", args=[unread.uid]), {"what": "back"})
    assert "Who am I?" in client.get(reverse("mails_aside")).content.decode()


def test_what_machines_wrote_stands_apart(client, alice, ada):
    file(Arrival(b"From: shop@x.test\nAuto-Submitted: auto-generated\n\nYour invoice", clock.now()))
    assert "Your invoice" not in client.get(reverse("mails_aside")).content.decode()
    assert "Your invoice" in client.get(reverse("mails_aside"), {"show": "machines"}).content.decode()


def test_an_answer_of_a_machine_lies_closed_where_it_came_in_the_conversation_and_with_the_person(client, alice, ada):
    say(contact=alice, text="It arrived stale.", channel="email", at=clock.now() - 3 * HOUR)
    away = "From: alice@shop.example\nSubject: Away <b>until</b> May\nAuto-Submitted: auto-replied\n\nI am away.\n"
    file(Arrival(away.encode(), clock.now() - 2 * HOUR, "hello@shop.test"))
    say(contact=alice, text="Here I am again.", channel="email", at=clock.now() - HOUR)
    thread = page(client).partition('id="thread"')[2]
    story = client.get(reverse("person", args=[alice.uid])).content.decode()
    for html in (thread, story):
        assert '<details class="machine quiet">' in html and "<b>until</b>" not in html
        assert "An answer of a machine: <bdi>Away &lt;b&gt;until&lt;/b&gt; May</bdi>" in html
    assert thread.index("It arrived stale.") < thread.index("I am away.") < thread.index("Here I am again.")


def test_of_another_time_or_person_no_machine_speaks_in_a_conversation(client, alice, bob, ada):
    for sender, hours in (("alice@shop.example", 9), ("bob@shop.example", 2)):
        away = f"From: {sender}\nSubject: Away\nAuto-Submitted: auto-replied\n\nI am away.\n"
        file(Arrival(away.encode(), clock.now() - hours * HOUR, "hello@shop.test"))
    say(contact=alice, text="It arrived stale.", channel="email", at=clock.now() - 3 * HOUR)
    assert "I am away." not in page(client)


def test_who_is_erased_leaves_no_mail_no_file_and_nothing_of_machines(client, alice, ada, heard):
    away = "From: alice@shop.example\nSubject: Away\nAuto-Submitted: auto-replied\n\nI am away.\n"
    file(Arrival(away.encode(), clock.now(), "hello@shop.test"))
    kept = Attachment.objects.first()
    urls = [reverse("mail_raw", args=[heard.uid]), reverse("mail_file", args=[kept.uid])]
    assert [client.get(url).status_code for url in urls] == [200, 200]
    erase(contact=alice, by="Olga", at=clock.now())
    assert not Mail.objects.exists() and not Attachment.objects.exists()
    assert [client.get(url).status_code for url in urls] == [404, 404]


def test_letters_that_turn_or_hide_others_stand_in_no_name_no_subject_and_no_file(client, ada):
    turning, hidden = "\u202e", "\u200b"
    letter = EmailMessage()
    letter["From"] = f"{turning}ecilA {hidden}<stranger@home.test>"
    letter["Subject"] = f"Re: {turning}gpj.ecoffnI{hidden}"
    letter["Message-ID"] = "<1@home.test>"
    letter.set_content("Please look.")
    letter.add_attachment(b"MZ", maintype="application", subtype="exe", filename=f"cup{turning}gpj.exe")
    file(Arrival(letter.as_bytes(), clock.now(), "hello@shop.test"))
    talk = Conversation.objects.get()
    urls = [reverse("inbox"), reverse("conversation", args=[talk.uid]), reverse("person", args=[talk.contact.uid])]
    found = {"words": "look"}
    pages = [client.get(url) for url in urls] + [client.post(reverse("find_words"), found, follow=True)]
    for page in pages:
        html = page.content.decode()
        assert "ecilA" in html and turning not in html and hidden not in html
    assert "cupgpj.exe" in pages[1].content.decode()


@pytest.mark.parametrize("name", ["mail_raw", "mail_words", "mail_html", "mail_file", "mail_picture"])
def test_a_guessed_id_shows_nothing(client, ada, name):
    assert client.get(reverse(name, args=[uuid4()])).status_code == 404
