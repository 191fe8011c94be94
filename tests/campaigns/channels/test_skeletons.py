import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels.compile import compile_design
from campaigns.channels.environment import HTML, TEXT
from campaigns.channels.names import SAMPLE
from campaigns.channels.preview import preview_three
from campaigns.channels.skeleton import CannotRender, Rendered, Skeleton, fill, link_target, splice

MILK = {"milk": {"value": "oat <milk>", "because": "you mentioned in May"}}
LETTER = """Hello {{ contact.first_name | default: "there" }},

{% recall milk %}We have a new {{ value }}, {{ because }}.{% endrecall %}

See https://shop.test/p/{{ product.slug }}?a=1&b=2. {% recall roast %}Roast {{ value }}.{% endrecall %} Come by.

{% for line in order.lines %}
* {{ line.name }}
{% endfor %}

{% question milk %}

Yours, {{ business.name }}
"""


def made(body: str, kind: str = "letter", subject: str = "News", **variables) -> Rendered:
    skeleton = compile_design(subject, body, kind)
    return splice(skeleton, fill(skeleton, {**SAMPLE, **variables}, link=tracked))


def tracked(number: int) -> str:
    return f"https://us.test/c/{number}"


def body_of(html: str) -> str:
    return html.partition('<div class="letter">')[2].partition("</div>")[0]


def test_a_recalled_block_takes_its_paragraph_along():
    body = "<p>One.</p><p>{% recall milk %}You like {{ value }}.{% endrecall %}</p><p>Two.</p>"
    assert body_of(made(body, "html").html) == "<p>One.</p><p>Two.</p>"
    assert body_of(made(body, "html", recall=MILK).html) == "<p>One.</p><p>You like oat &lt;milk&gt;.</p><p>Two.</p>"
    assert made(body, "html").text.startswith("One.\n\nTwo.\n")
    assert made(body, "html", recall=MILK).text.startswith("One.\n\nYou like oat <milk>.\n\nTwo.\n")


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("<ul><li>a</li><li>{% recall milk %}x{% endrecall %}</li></ul>", "<ul><li>a</li></ul>"),
        ("<p>a {% recall milk %}x{% endrecall %} b</p>", "<p>a b</p>"),
        ("<table><tr><td><p>{% recall milk %}x{% endrecall %}</p></td></tr></table><p>a</p>", "<p>a</p>"),
        ("<table><tr><td>a</td><td>{% recall milk %}x{% endrecall %}</td></tr></table>", None),
        ("<p>a{%- recall milk -%} x {%- endrecall -%} b</p>", "<p>ab</p>"),
    ],
)
def test_what_a_dropped_block_leaves_is_whole(body, left):
    assert body_of(made(body, "html").html) == (left or "<table><tr><td>a</td><td></td></tr></table>")


def test_else_stands_in_for_what_is_not_remembered():
    body = "{% recall milk %}{{ value }}{% else %}any milk{% endrecall %}"
    assert made(body).text.startswith("any milk\n")
    assert made(body, recall=MILK).text.startswith("oat <milk>\n")


def test_the_three_previews_differ_as_they_will_for_people():
    previews = preview_three(compile_design("News", LETTER, "letter"), ["milk", "roast"], ["milk"])
    assert "We have a new milk, you mentioned in May." in previews.with_facts.text
    assert "Milk?" not in previews.with_facts.text, "who told us is not asked again"
    assert "We have" not in previews.without.text
    assert "Milk?" in previews.without.text
    assert previews.stale == previews.without


def test_a_letter_reads_well_as_text_with_and_without():
    lines = [{"name": "House blend"}, {"name": "Filter & paper"}]
    question = {"milk": {"text": "Which milk?", "answers": [{"label": "Oat", "url": "https://us.test/s/1"}]}}
    text = made(LETTER, recall=MILK, order={"lines": lines}, questions=question, product={"slug": "x"}).text
    assert text.startswith(
        "Hello Alice,\n\nWe have a new oat <milk>, you mentioned in May.\n\nSee https://us.test/c/0. Come by.\n\n"
        "* House blend\n* Filter & paper\n\nWhich milk?\n  Oat: https://us.test/s/1\n\nYours, Our shop\n\n"
    )
    assert made(LETTER, order={}).text.startswith(
        "Hello Alice,\n\nSee https://us.test/c/0. Come by.\n\nYours, Our shop\n\n"
    )


def test_every_message_says_who_it_is_from_and_how_to_leave():
    for kind, body in (("letter", "hi"), ("html", "<p>hi</p>"), ("mjml", mjml("hi"))):
        rendered = made(body, kind)
        for part in (rendered.html, rendered.text):
            assert SAMPLE["unsubscribe_url"] in part
            assert SAMPLE["memory_url"] in part
            assert SAMPLE["talk_url"] in part
            assert "Milltown" in part
        assert "1 High Street\nMilltown" in rendered.text


def test_what_a_design_has_of_the_footer_is_not_added_again():
    body = '<p><a href="{{ talk_url }}">Talk</a> {{ business.postal_address }}</p>'
    html = made(body, "html").html
    assert html.count(SAMPLE["talk_url"]) == html.count("Milltown") == html.count(SAMPLE["memory_url"]) == 1


def test_a_receipt_has_no_way_to_unsubscribe():
    skeleton = compile_design("Receipt", "Thank you.", "letter", unsubscribable=False)
    rendered = splice(skeleton, fill(skeleton, SAMPLE))
    assert SAMPLE["unsubscribe_url"] not in rendered.html
    assert SAMPLE["talk_url"] in rendered.html


def test_web_links_are_counted_and_lead_only_where_the_message_said():
    body = (
        '<a href="https://shop.test/?a=1&amp;b=2">a</a> <a href=https://shop.test/x>b</a> '
        '<a href="https://shop.test/?a=1&amp;b=2">again</a> <a href="{{ product.url }}?q={{ contact.name }}">c</a> '
        '<a href="mailto:a@b.test">d</a> <a href="tel:+4470000">e</a> <a href="#top">f</a> '
        '<a href="{{ talk_url }}">g</a> <link href="https://fonts.test/x.css">'
    )
    skeleton = compile_design("News", body, "html")
    slots = fill(skeleton, {**SAMPLE, "contact": {"name": 'Zoë "B" & Co\r\nLocation: x'}}, link=tracked)
    html = splice(skeleton, slots).html
    targets = [link_target(skeleton, slots, number) for number in range(4)]
    assert targets[:2] == ["https://shop.test/?a=1&b=2", "https://shop.test/x"]
    assert targets[2] == "https://shop.example/house-blend?q=Zo%C3%AB%20%22B%22%20&%20Co%0D%0ALocation:%20x"
    assert targets[3] is None
    assert html.count(tracked(0)) == 2
    assert 'href="mailto:a@b.test"' in html
    assert 'href="tel:+4470000"' in html
    assert 'href="#top"' in html
    assert 'href="https://fonts.test/x.css"' in html
    assert f'href="{SAMPLE["talk_url"]}"' in html
    assert link_target(skeleton, slots, -1) is None


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "//evil.test", "https://", "http://[", ""],
)
def test_an_address_made_of_data_cannot_run_anything(address):
    rendered = made('<a href="{{ product.url }}">x</a>', "html", product={"url": address})
    assert '<a href="#">x</a>' in rendered.html


def test_links_in_loops_are_counted_one_by_one():
    body = '{% for line in order.lines %}<a href="{{ line.url }}">{{ line.name }}</a>{% endfor %}'
    skeleton = compile_design("News", body, "html")
    lines = [{"name": name, "url": f"https://shop.test/{name}"} for name in "abca"]
    slots = fill(skeleton, {**SAMPLE, "order": {"lines": lines}}, link=tracked)
    assert [link_target(skeleton, slots, number) for number in range(4)] == [
        *(f"https://shop.test/{name}" for name in "abc"),
        None,
    ]
    assert splice(skeleton, slots).text.startswith("a <https://us.test/c/0>")


def test_what_people_said_cannot_become_markup():
    evil = "<script>alert('x')</script>"
    body = "{{ contact.name }} {{ contact.name | append: '!' }} {% if contact.name %}{{ contact.name }}{% endif %}"
    rendered = made(body, contact={"name": evil}, recall={})
    assert "<script" not in rendered.html
    assert rendered.html.count("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;") == 3
    assert rendered.text.startswith(f"{evil} {evil}! {evil}")


def test_a_subject_is_one_line():
    subject = "Hi {{ contact.name }} {% if contact.name %}{{ contact.name }}{% endif %}\r\nBcc: a@b.test"
    assert made("x", subject=subject, contact={"name": "A\r\nBcc: x\u2028y\0"}).subject == (
        "Hi A Bcc: x y A Bcc: x y Bcc: a@b.test"
    )


def test_what_is_assigned_in_one_place_is_there_in_the_next():
    body = (
        "{% assign who = contact.first_name | upcase %}Dear {{ who }}, {{ who }}."
        "{% capture x %}{{ who }}!{% endcapture %} {{ x }}"
    )
    assert made(body).text.startswith("Dear ALICE, ALICE. ALICE!")


def test_a_name_assigned_twice_has_each_value_in_its_place():
    body = "{% assign n = 1 %}{{ n }}{% assign n = 2 %}{{ n }}"
    assert made(body).text.startswith("12")


def test_what_is_missing_is_empty():
    assert made("Hello {{ contact.nothing.at.all }}{{ order.lines[9].name }}.").text.startswith("Hello .")


def test_data_that_a_design_cannot_compute_with_fails_only_that_message():
    skeleton = compile_design("x", "{{ order.total | divided_by: order.count }}", "letter")
    with pytest.raises(CannotRender, match="divide"):
        fill(skeleton, {"order": {"total": 1, "count": 0}})
    assert splice(skeleton, fill(skeleton, {"order": {"total": 6, "count": 2}})).text.startswith("3")


@pytest.mark.parametrize(
    "body",
    [
        "{% for a in event.x %}{% for b in event.x %}{% for c in event.x %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in event.x %}{{ event.long }}{% endfor %}",
    ],
)
def test_a_message_cannot_grow_without_end(body):
    with pytest.raises(CannotRender):
        fill(compile_design("x", body, "letter"), {"event": {"x": list(range(100)), "long": "y" * 10_000}})


def mjml(text: str) -> str:
    return (
        f"<mjml><mj-body><mj-section><mj-column><mj-text>{text}</mj-text>"
        "<mj-text>{% recall milk %}You like {{ value }}, {{ because }}.{% endrecall %}</mj-text>"
        '<mj-button href="https://shop.test/{{ product.slug }}">Buy</mj-button>'
        "<mj-table>{% for line in order.lines %}<tr><td>{{ line.name }}</td><td>{{ line.price }}</td></tr>{% endfor %}"
        "</mj-table></mj-column></mj-section></mj-body></mjml>"
    )


def test_mjml_is_compiled_once_with_its_slots_and_a_tidy_text():
    body = mjml("Hello {% if contact.age < 3 and contact.age > 1 %}small{% endif %} {{ contact.first_name }}")
    order = {"lines": [{"name": "Blend", "price": "9.20"}, {"name": "Filter", "price": "3"}]}
    rendered = made(body, "mjml", recall=MILK, order=order, product={"slug": "a"})
    assert "mj-" not in rendered.html.partition("<body")[2].replace("mj-column", "").replace("mj-outlook", "")
    assert '<a href="https://us.test/c/0"' in rendered.html
    assert rendered.html.count("<td>9.20</td>") == 1
    assert rendered.text.startswith(
        "Hello Alice\n\nYou like oat <milk>, you mentioned in May.\n\nBuy <https://us.test/c/0>\n\n"
        "Blend  9.20\nFilter  3\n\nWrite to a person <"
    )
    without = made(body, "mjml")
    assert "You like" not in without.html
    assert without.html.count("<tr>") < rendered.html.count("<tr>")


def test_a_name_is_kept_once_for_all_parts_and_escaped_only_as_html():
    body = "<p>{{ contact.name }} {{ business.name }} {{ contact['name'] }}</p>"
    skeleton = compile_design("{{ contact.name }}", body, "html")
    slots = fill(skeleton, {**SAMPLE, "contact": {"name": "A & B"}})
    assert slots.count("A & B") == 2, "two spellings of one name"
    rendered = splice(skeleton, slots)
    assert rendered.subject == "A & B"
    assert rendered.html.count("A &amp; B") == 2
    assert rendered.text.startswith("A & B Our shop A & B")


@pytest.mark.parametrize("kind", ["letter", "html"])
def test_a_skeleton_survives_the_database_and_shows_the_same(kind):
    skeleton = compile_design("Hi {{ contact.name }}", LETTER, kind)
    again = Skeleton.from_json(json.loads(json.dumps(skeleton.to_json(), sort_keys=True)))
    slots = fill(skeleton, {**SAMPLE, "recall": MILK}, link=tracked)
    assert again.digest == skeleton.digest
    assert len(skeleton.digest) == 32
    assert fill(again, {**SAMPLE, "recall": MILK}, link=tracked) == slots
    assert splice(again, json.loads(json.dumps(slots))) == splice(skeleton, slots)
    assert all(type(slot) is str for slot in slots)
    assert compile_design("Other", LETTER, kind).digest != skeleton.digest


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "size"]), inner, max_size=3),
    max_leaves=6,
)


@given(
    VALUES,
    st.sampled_from(
        ["event", "event.a", "event.a.b", "event['a']", "event[0]", "event.a[1]", "event.size", "event.first"]
    ),
)
def test_a_slot_without_liquid_shows_what_liquid_would(value, path):
    source = f"{{{{ {path} }}}}"
    skeleton = compile_design("x", f"<p>[{source}]</p>", "html")
    slots = fill(skeleton, {"event": value})
    for part, liquid in ((splice(skeleton, slots).html, HTML), (splice(skeleton, slots).text, TEXT)):
        expected = (
            liquid.from_string(source)
            .render({"event": value})
            .replace("\r\n", "\n")
            .replace("\r", "\n")
            .replace("\0", "")
        )
        silent = ["[]"] if expected.isspace() else []  # logic that shows nothing goes with what is around it
        assert any(shown in part for shown in (f"[{expected}]", *silent))


def test_comments_reach_nobody():
    rendered = made("a{% comment %}secret {{ contact.name }}{% endcomment %}b{% # inline %}c")
    assert rendered.text.startswith("abc\n")
    assert "secret" not in rendered.html
