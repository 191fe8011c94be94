"""What is found in a design before it is sent, each at its place."""

import pytest

from campaigns.designs.checks import check
from campaigns.designs.look import Look
from campaigns.designs.parse import empty, parse
from crm.business.models import Business
from tests.campaigns.designs.documents import KEPT, designed, letter

SHOP = Business(name="Quay Lane", postal_address="1 Quay Lane\nMilltown", sender_name="Olga")
LONG = "Twelve words stand here so that nobody says there is hardly any text. "


def found(kind, content, *, shop=SHOP, **options):
    return check(kind, parse(kind, {"en": content}), Look(), shop, **options)


def said(kind, content, **options):
    return {(finding.place, finding.stops) for finding in found(kind, content, **options)}


def source(html, subject="News"):
    return empty("html") | {"subject": subject, "body": {"source": html}}


def test_a_finished_letter_has_nothing_wrong():
    assert found("letter", letter(picture=KEPT, alt="Beans", label="Look", url="https://shop.example")) == []


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("letter", letter(subject=""), ("subject", True)),
        ("letter", letter(text=""), ("body.text", True)),
        ("letter", letter(label="Look"), ("body.url", True)),
        ("letter", letter(picture=KEPT), ("body.alt", False)),
        ("designed", designed(), ("body", True)),
        ("designed", designed({"type": "button", "label": "Look"}), ("b0.url", True)),
        ("designed", designed({"type": "picture", "picture": KEPT}), ("b0.alt", False)),
        ("designed", designed({"type": "picture"}, {"type": "text", "text": LONG}), ("b0.picture", False)),
        ("designed", designed({"type": "question"}, {"type": "text", "text": LONG}), ("b0.survey", False)),
        ("designed", designed({"type": "told"}, {"type": "text", "text": LONG}), ("b0.key", False)),
        ("html", source(""), ("body", True)),
        ("letter", letter(subject="ALL OUR BEANS"), ("subject", False)),
        ("letter", letter(subject="Now!!"), ("subject", False)),
        ("letter", letter(subject="Re: your order"), ("subject", False)),
        ("letter", letter() | {"text": ""}, ("text", False)),
        ("html", source(f"<p>{LONG}</p><img src='https://a.example/b.png'>"), ("body", False)),
        ("html", source("<img alt='All' src='https://a.example/b.png'>"), ("body", False)),
        ("letter", letter(text=LONG + "[bank.example](https://evil.example/x)"), ("body", False)),
        ("letter", letter(text=LONG + "[beans](https://bit.ly/x)"), ("body", False)),
        ("html", source(f"<p>{LONG * 1600}</p>"), ("", False)),
    ],
)
def test_each_is_found_at_its_place(kind, content, expected):
    assert expected in said(kind, content)


@pytest.mark.parametrize("subject", ["IKEA", "NEW", "Our new TEA", "Regards from Olga", "咖啡 到了"])
def test_usual_subjects_raise_no_suspicion(subject):
    assert said("letter", letter(subject=subject)) == set()


def test_a_link_may_show_its_own_address_or_a_part_of_it():
    text = (
        LONG
        + "[www.shop.example](https://shop.example/x) [shop.example](https://m.shop.example) [menu.pdf](https://a.example)"
    )
    assert said("letter", letter(text=text)) == set()


def test_liquid_is_found_with_its_line_and_column():
    [finding] = found("letter", letter(text="Dear\n\nyou {{ contact.frist_name }}"))
    assert (finding.place, finding.line, finding.column, finding.stops) == ("body.text", 3, 8, True)
    assert "first_name" in finding.message


def test_value_and_because_are_known_where_a_memory_is_cited():
    content = designed({"type": "told", "key": "milk", "text": "You take {{ value }}, {{ because }}."})
    assert not [finding for finding in found("designed", content) if finding.stops]
    [finding] = found("designed", designed({"type": "told", "key": "milk", "text": "{{ valu }}", "otherwise": "x"}))
    assert (finding.line, finding.column) == (1, 4)


def test_a_link_to_unsubscribe_that_is_not_always_there_stops():
    html = f"<p>{LONG}</p>{{% if contact.company %}}<a href='{{{{ unsubscribe_url }}}}'>Stop</a>{{% endif %}}"
    assert ("body", True) in said("html", source(html))
    assert said("html", source(html), unsubscribable=False) == set()


def test_a_missing_postal_address_is_told():
    assert ("", False) in said("letter", letter(), shop=Business(name="Quay Lane"))


def test_every_language_is_looked_at():
    contents = parse("letter", {"en": letter(), "es": letter(subject="")})
    assert {finding.language for finding in check("letter", contents, Look(), SHOP)} == {"es"}
