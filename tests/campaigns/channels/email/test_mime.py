import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.channels.compile import compile_design
from campaigns.channels.email.mime import Address, BadAddress, Letter, ascii_address, compose, header_text, message_id
from campaigns.channels.skeleton import Part, Skeleton, Slot, fill, splice

WORDS = st.text(st.characters(codec="utf-8"), max_size=400)
ONE_LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
SKELETON = Skeleton(
    slots=tuple(
        Slot(f"{{{{ event.{name} }}}}", mode) for name, mode in (("s", "subject"), ("h", "text"), ("t", "text"))
    ),
    subject=Part(("", ""), (0,)),
    html=Part(("<p>Grüße = \n", "</p> ", ".\n"), (1, 1)),
    text=Part(("", "\n.\n..\n"), (2,)),
    links=(),
)
LETTER = Letter(
    skeleton=SKELETON,
    slots=["Hello", "html", "text"],
    sender=Address("shop@shop.test", "Bean & Leaf"),
    to=Address("zoe@kunde.test", "Zoë"),
    message_id=message_id("0190", "shop.test"),
    at=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
)


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return body.get_payload(decode=True).decode().replace("\r\n", "\n")


@given(ONE_LINE, WORDS, WORDS)
@example("=?utf-8?q?no?=", "=" * 80, ".")
@example("a\u00a0" * 40, " \n \n.", "\t")
@example(" x ", "x" * 2000, "From here\n.\n")
@example("é" + "a" * 190, "\r\n\r\r\n", "a\rb")
def test_a_mail_reads_back_exactly_as_it_was_filled(subject, html, text):
    slots = fill(SKELETON, {"event": {"s": subject, "h": html, "t": text}})
    rendered = splice(SKELETON, slots)
    data = compose(replace(LETTER, slots=slots))
    mail = read(data)
    assert mail["Subject"] == rendered.subject
    assert part(mail, "html") == rendered.html
    assert part(mail, "plain") == rendered.text
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)


@given(ONE_LINE.filter(str.strip))
@example('Bean "the" Leaf, Ltd. (UK)\\')
def test_a_display_name_reads_back(name):
    data = compose(replace(LETTER, to=Address("zoe@kunde.test", name), sender=Address("a@b.test", name)))
    assert [shown_name(data, field) for field in ("To", "From")] == [name, name]
    assert read(data)["To"].addresses[0].addr_spec == "zoe@kunde.test"


def shown_name(data: bytes, field: str) -> str:
    """By the older parser: the newer one of Python 3.13 puts spaces between the encoded words of a name."""
    name, _ = parseaddr(message_from_bytes(data)[field])
    return str(make_header(decode_header(name)))


@given(st.text(max_size=100))
def test_nothing_in_a_subject_can_begin_another_header(subject):
    slots = fill(SKELETON, {"event": {"s": subject, "h": "", "t": ""}})
    mail = read(compose(replace(LETTER, slots=slots)))
    assert sorted(mail.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )


def test_marketing_can_be_left_with_one_click():
    mail = read(compose(replace(LETTER, unsubscribe_url="https://shop.test/u/abc")))
    assert mail["List-Unsubscribe"] == "<https://shop.test/u/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_colleagues_answer_says_what_it_answers_and_is_not_automatic():
    mail = read(
        compose(replace(LETTER, automated=False, in_reply_to="<q@kunde.test>", reply_to="reply+1@in.shop.test"))
    )
    assert mail["Auto-Submitted"] is None
    assert mail["In-Reply-To"] == mail["References"] == "<q@kunde.test>"
    assert mail["Reply-To"] == "reply+1@in.shop.test"


def test_dates_are_written_in_utc():
    assert read(compose(LETTER))["Date"].datetime == LETTER.at


def test_an_international_domain_is_written_in_ascii():
    assert ascii_address("zoe@bücher.test") == "zoe@xn--bcher-kva.test"
    assert read(compose(replace(LETTER, to=Address("zoe@bücher.test"))))["To"] == "zoe@xn--bcher-kva.test"
    assert message_id("1", "bücher.test") == "<1@xn--bcher-kva.test>"


@pytest.mark.parametrize(
    "bad", ["", "x", "@b.test", "a@", "a b@c.test", "a@b.test\r\nBcc: c@d.test", "a@b<c.test", "a@\udcff.test"]
)
def test_what_is_no_address_is_refused(bad):
    with pytest.raises(BadAddress):
        ascii_address(bad)


@pytest.mark.parametrize("url", ["https://x.test/\r\nBcc: a@b.test", "https://x.test/ü", "https://x.test/a b"])
def test_a_header_value_of_ours_cannot_end_its_line(url):
    with pytest.raises(ValueError, match="header token"):
        compose(replace(LETTER, unsubscribe_url=url))


@given(ONE_LINE)
def test_header_lines_stay_within_78_characters(subject):
    lines = (b"Subject: " + header_text(subject)).split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert all(line.startswith(b" ") for line in lines[1:])


def test_a_compiled_design_becomes_the_mail_that_is_shown_again():
    skeleton = compile_design(
        "Für {{ contact.first_name }}", "Hallo {{ contact.first_name }},\n\nhttps://shop.test/?a=1", "letter"
    )
    slots = fill(skeleton, {"contact": {"first_name": "Zoë"}, "business": {"postal_address": "1 Weg\nDorf"}}, str)
    mail, rendered = read(compose(replace(LETTER, skeleton=skeleton, slots=slots))), splice(skeleton, slots)
    assert mail["Subject"] == rendered.subject == "Für Zoë"
    assert part(mail, "html") == rendered.html
    assert part(mail, "plain") == rendered.text
    assert mail.as_bytes(policy=SMTP), "the standard library can write it too"


def test_what_nobody_sees_stands_at_the_end_of_the_html_part_and_nowhere_else():
    skeleton = replace(SKELETON, html=Part(("<html><body><p>", "</p></body></html>"), (1,)))
    tail = '<a href="https://us.test/c/x.9999"></a>'
    mail = read(compose(replace(LETTER, skeleton=skeleton, tail=tail)))
    assert part(mail, "html") == f"<html><body><p>html</p>{tail}</body></html>"
    assert tail not in part(mail, "plain")
    assert tail not in splice(skeleton, LETTER.slots).html
