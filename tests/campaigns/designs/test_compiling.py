"""From a design to what is sent: whatever is valid compiles, and nothing of it becomes markup that nobody meant."""

from hypothesis import given, settings
from lxml.html import document_fromstring

from campaigns.channels.names import SAMPLE
from campaigns.channels.skeleton import fill, splice
from campaigns.designs.checks import preview
from campaigns.designs.compiling import skeleton, text_made
from campaigns.designs.look import Look
from campaigns.designs.parse import parse
from crm.business.models import Business
from tests.campaigns.designs.documents import KEPT, any_designed, any_letter, designed, letter

SHOP = Business(name="Quay Lane", postal_address="1 Quay Lane\nMilltown", sender_name="Olga")
LOOK = Look(name="Quay Lane", logo=KEPT, social=(("Photos", "https://photos.example/quay"),), footer="Since **1998**")


def shown(kind, content, *, unsubscribable=True, look=LOOK, language="en", **variables):
    [parsed] = parse(kind, {language: content}).values()
    made = skeleton(kind, parsed, look, language=language, unsubscribable=unsubscribable)
    return splice(made, fill(made, {**SAMPLE, "business": {"sender_name": "Olga"}, **variables}))


def assert_harmless(html):
    tree = document_fromstring(html)
    assert not list(tree.iter("script"))
    for element in tree.iter():
        assert not [name for name in element.keys() if name.startswith("on")]  # noqa: SIM118 of lxml
        assert not (element.get("href") or "").lower().startswith("javascript:")


@settings(max_examples=60)
@given(any_designed)
def test_every_valid_document_compiles_and_escapes(content):
    [parsed] = parse("designed", {"en": content}).values()
    for made in vars_of(preview("designed", parsed, LOOK, SHOP, language="en")):
        assert_harmless(made.html)


@settings(max_examples=30)
@given(any_letter)
def test_every_valid_letter_compiles_and_escapes(content):
    [parsed] = parse("letter", {"en": content}).values()
    for made in vars_of(preview("letter", parsed, LOOK, SHOP, language="en")):
        assert_harmless(made.html)


def vars_of(previews):
    return (previews.with_facts, previews.without, previews.stale)


def test_a_letter_has_its_picture_its_text_and_its_button():
    made = shown(
        "letter",
        letter(text="Dear {{ contact.first_name }}", picture=KEPT, alt="Beans", label="Look", url="https://a.example"),
    )
    tree = document_fromstring(made.html)
    images = [(image.get("alt"), image.get("width")) for image in tree.iter("img")]
    assert images == [("Quay Lane", "180"), ("Beans", "552")]
    assert "Dear Alice" in made.html
    assert ("Look", "https://a.example") in [(a.text_content(), a.get("href")) for a in tree.iter("a")]


def test_a_footer_stands_at_the_end_once_whether_or_not_a_block_says_so():
    for blocks in ([{"type": "text", "text": "Hello"}], [{"type": "text", "text": "Hello"}, {"type": "footer"}]):
        made = shown("designed", designed(*blocks))
        assert made.html.count(SAMPLE["unsubscribe_url"]) == 1
        assert made.html.count("Since <b>1998</b>") == 1
        assert made.text.count(SAMPLE["unsubscribe_url"]) == 1


def test_a_receipt_carries_no_link_to_unsubscribe():
    made = shown("designed", designed({"type": "footer"}, {"type": "text", "text": "x"}), unsubscribable=False)
    assert SAMPLE["unsubscribe_url"] not in made.html + made.text
    assert SAMPLE["talk_url"] in made.html


def test_what_they_told_us_goes_as_a_whole_when_nothing_is_remembered():
    content = designed(
        {"type": "text", "text": "Before"},
        {"type": "told", "key": "milk", "text": "You take {{ value }}, {{ because }}."},
        {"type": "told", "key": "roast", "text": "Your {{ value }}", "otherwise": "Tell us your roast"},
    )
    recall = {"milk": {"value": "oat milk", "because": "you mentioned in May"}}
    known, unknown = shown("designed", content, recall=recall), shown("designed", content)
    assert "You take oat milk, you mentioned in May." in known.html
    assert "You take" not in unknown.html
    assert unknown.html.count('class="ink"') == known.html.count('class="ink"') - 1
    assert "Tell us your roast" in unknown.html


def test_what_we_say_by_ourselves_is_in_the_language_of_the_content():
    assert 'lang="es"' in shown("letter", letter(), language="es").html


def test_pictures_of_ours_are_absolute_and_never_wider_than_they_are(settings):
    settings.PUBLIC_URL = "https://quay.example"
    small = KEPT.replace("800x600", "90x60")
    made = shown("designed", designed({"type": "picture", "picture": small, "alt": "x"}), look=Look())
    [image] = document_fromstring(made.html).iter("img")
    assert image.get("src") == f"https://quay.example/media/{small}"
    assert image.get("width") == "90"


def test_a_plain_text_written_by_hand_is_sent_with_its_links_and_its_foot():
    content = letter(text="[Beans](https://shop.example/beans)") | {"text": "By hand: https://shop.example/beans."}
    [parsed] = parse("letter", {"en": content}).values()
    made = skeleton("letter", parsed, LOOK, language="en")
    assert made.links == ("https://shop.example/beans",)
    tracked = splice(made, fill(made, SAMPLE, lambda number: f"https://t.example/{number}"))
    assert "By hand: https://t.example/0." in tracked.text
    assert SAMPLE["unsubscribe_url"] in tracked.text
    assert "1 High Street" in tracked.text


def test_the_made_text_can_be_written_on_as_it_stands():
    content = letter(text="Dear {{ contact.first_name }}, [Beans](https://shop.example/beans)")
    [parsed] = parse("letter", {"en": content}).values()
    text = text_made("letter", parsed, LOOK, language="en")
    assert "Dear {{ contact.first_name }}, Beans <https://shop.example/beans>" in text
    assert "{{ unsubscribe_url }}" in text
    again = shown("letter", content | {"text": text})
    assert again.text.strip() == shown("letter", content).text.strip()
