"""A product in a message: shown while it is to be had, replaced or left out once it is not, as the shop says when it
is sent."""

from decimal import Decimal

import pytest

from campaigns.channels import variables
from campaigns.channels.contents import shown
from campaigns.channels.liquid import check
from campaigns.designs import actions
from campaigns.guards.reasons import sentence
from crm.catalog.models import Product
from crm.dialogue import ledger
from crm.dialogue.actions import Draft, hold_origin, queue
from crm.dialogue.models import Message, Outbox
from engage import speak
from engage.lib import clock
from tests.campaigns.designs.documents import TEA, designed, letter
from tests.cast import NOON

pytestmark = pytest.mark.django_db


def product(name, **fields):
    fields = {"price": Decimal("9.20"), "currency": "GBP", "url": f"https://shop.example/{name}"} | fields
    return Product.objects.create(external_id=name, name=name.title(), **fields)


def said(alice, *blocks, kind="designed", content=None, variables=None):
    """The message, after its turn came."""
    design = actions.create_design(
        kind=kind, name="Offer", language="en", contents={"en": content or designed(*blocks)}, by="Max", at=NOON
    )
    [frozen] = actions.freeze(design).values()
    occurrence, variables = str(Message.objects.count()), variables or {}
    draft = Draft(alice.pk, alice.pk, "transactional", "test", occurrence, content=frozen, variables=variables)
    [id] = queue([draft], at=clock.now())
    speak.run()
    return Message.objects.get(pk=id)


def sent(alice, *blocks):
    message = said(alice, *blocks)
    assert (message.state, message.why) == ("kept", "")
    return shown(message)


def block(first, instead=None):
    ids = {"product": str(first.uid), "instead": str(instead.uid) if instead else ""}
    return {"type": "product", "label": "", **ids}


TEXT = {"type": "text", "text": "Come and have a look at what is new on the quay this week, we kept some for you."}


def test_a_product_is_shown_with_todays_price_and_picture(alice):
    blend = product("blend", attributes={"image": "https://shop.example/blend.jpg"})
    letter = sent(alice, TEXT, block(blend))
    assert "Blend" in letter.html
    assert "£9.20" in letter.html
    assert "https://shop.example/blend.jpg" in letter.html
    assert "Blend" in letter.text


def test_what_is_sold_out_is_replaced_or_goes(alice):
    blend, other = product("blend", stock=0), product("other", stock=3)
    assert "Other" in sent(alice, TEXT, block(blend, other)).html
    Product.objects.filter(pk=other.pk).update(stock=0)
    letter = sent(alice, TEXT, block(blend, other))
    assert "Other" not in letter.html
    assert "Blend" not in letter.html
    assert "what is new" in letter.html


HEADING = {"type": "heading", "text": "The Blend is back", "size": "large", "align": "left"}
SIGNED = {"type": "signature", "words": "Until soon,", "name": "Olga", "role": "", "picture": "", "alt": ""}


def in_words(message):
    return sentence(state=message.state, why=message.why, detail=message.detail)


def test_a_message_about_nothing_but_what_is_sold_out_is_not_sent_and_says_why(alice):
    blend, other = product("blend", stock=0), product("other", stock=0)
    message = said(alice, HEADING, block(blend, other), SIGNED)
    assert (message.state, message.why) == ("withheld", "sold_out")
    assert in_words(message) == "Sold out when their turn came."
    assert not Outbox.objects.exists()
    [sums] = ledger.sums(["test"])
    assert (sums.due, sums.withheld, sums.adds_up) == (1, 1, True)


def test_it_goes_with_what_takes_the_place_or_with_one_product_of_several(alice):
    blend, other = product("blend", stock=0), product("other", stock=1)
    assert "Other" in sent(alice, HEADING, block(blend, other), SIGNED).html
    both = {"type": "columns", "columns": [[block(blend) | {"id": "c1"}], [block(other) | {"id": "c2"}]]}
    letter = sent(alice, HEADING, both)
    assert "Other" in letter.html
    assert ">Blend<" not in letter.html


@pytest.mark.parametrize(
    "something",
    [
        TEXT,
        {"type": "button", "label": "Come in", "url": "https://shop.example/", "align": "left"},
        {"type": "picture", "picture": "https://shop.example/a.png", "alt": "Us", "url": "", "width": "full"},
    ],
)
def test_a_message_that_says_something_besides_goes(alice, something):
    sent(alice, HEADING, block(product("blend", stock=0)), something)


def test_a_letter_about_one_product_alone_is_not_sent_without_it(alice):
    blend = product("blend", stock=0)
    text = f"{{% for_sale {blend.uid} %}}{{{{ item.name }}}} is here.{{% endfor_sale %}}"
    assert said(alice, kind="letter", content=letter(text=text)).why == "sold_out"
    assert said(alice, kind="letter", content=letter(text=f"Hello. {text}")).why == ""
    Product.objects.update(stock=None)
    assert said(alice, kind="letter", content=letter(text=text)).why == ""


@pytest.mark.parametrize(
    ("event", "text", "why"),
    [
        ("Back In Stock", "{{ event.properties.name }} is back.", "sold_out"),
        ("Price Dropped", "{{ event.properties.name }} costs less.", "sold_out"),
        ("Product Viewed", "{{ event.properties.name }} is still here.", ""),
        ("Back In Stock", "Good news from us.", ""),
    ],
)
def test_the_news_of_a_product_that_is_sold_out_again_is_told_to_nobody_more(alice, event, text, why):
    product("blend", stock=0)
    happened = {"name": event, "at": NOON.isoformat(), "properties": {"product_id": "blend", "name": "Blend"}}
    message = said(alice, kind="letter", content=letter(text=text), variables={"event": happened})
    assert message.why == why


@pytest.mark.parametrize("odd", [None, 3, ["blend"], {"a": 1}])
def test_news_without_a_product_that_we_know_goes(alice, odd):
    happened = {"name": "Back In Stock", "properties": {"product_id": odd}}
    content = letter(text="{{ event.properties.name }} is back.")
    assert said(alice, kind="letter", content=content, variables={"event": happened}).why == ""


def test_stock_counts_when_the_message_would_go_not_while_it_waits(alice):
    blend = product("blend", stock=0)
    hold_origin(origin="test", by="olga", at=clock.now())
    message = said(alice, HEADING, block(blend))
    assert (message.state, message.why) == ("waiting", "held")


def test_products_of_a_chunk_are_asked_for_once(django_assert_num_queries):
    some = [product(name) for name in ("a", "b", "c")]
    with django_assert_num_queries(1):
        assert len(variables.items({str(one.uid) for one in some} | {TEA})) == 3
    with django_assert_num_queries(0):
        assert variables.items(set()) == {}


@pytest.mark.parametrize("picture", ["javascript:alert(1)", 3, None, ["x"]])
def test_a_picture_that_is_no_address_is_not_shown(picture):
    one = product("a", attributes={"image": picture})
    assert variables.items({str(one.uid)})[str(one.uid)]["image"] == ""


def test_the_tag_is_checked_where_it_stands():
    assert check(f"{{% for_sale {TEA} %}}{{{{ item.name }}}}{{% endfor_sale %}}", "letter") == []
    [problem] = check("x\n{% for_sale blend %}{% endfor_sale %}", "letter")
    assert (problem.line, problem.column) == (2, 4)
    [problem] = check("{{ item.name }}", "letter")
    assert "item" in problem.message
