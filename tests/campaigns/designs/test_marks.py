"""Light marks in what owners write: what each becomes, and that nothing else gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from campaigns.designs.marks import as_attribute, as_html, as_line

LINK = '<a href="https://shop.example/a">'


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        ("Hello **you**", "Hello <b>you</b>"),
        ("so *very* good", "so <em>very</em> good"),
        ("**so *very* good**", "<b>so <em>very</em> good</b>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake*case*name", "snake*case*name"),
        ("[our shop](https://shop.example/a)", f"{LINK}our shop</a>"),
        ("**see [our shop](https://shop.example/a)**", f"<b>see {LINK}our shop</a></b>"),
        ("at https://shop.example/a.", f"at {LINK}https://shop.example/a</a>."),
        ("[mail](mailto:olga@shop.example)", '<a href="mailto:olga@shop.example">mail</a>'),
        ("[run](javascript:alert(1))", "[run](javascript:alert(1))"),
        ("[stars](https://shop.example/*a*)", '<a href="https://shop.example/%2Aa%2A">stars</a>'),
        ("one\ntwo", "one<br />\ntwo"),
        ("<script>alert(1)</script> & so on", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on"),
        ("{{ contact.first_name }} **{{ contact.name }}**", "{{ contact.first_name }} <b>{{ contact.name }}</b>"),
        ("see {{ product.url }}", 'see <a href="{{ product.url }}">{{ product.url }}</a>'),
        ("{% raw %}<b>{{ no }}{% endraw %}", "{% raw %}&lt;b&gt;{{ no }}{% endraw %}"),
        ("kept {% comment %}for us{% endcomment %}quiet", "kept quiet"),
    ],
)
def test_a_mark_becomes_what_it_says(words, inside):
    assert inside in as_html(words)


def test_paragraphs_and_lists_stand_apart():
    html = as_html("First\n\n- one\n- two\n\nLast")
    assert [element.tag for element in etree.fromstring(f"<div>{html}</div>")] == ["p", "ul", "p"]
    assert html.count("<li>") == 2


def test_logic_around_paragraphs_is_no_paragraph():
    html = as_html("{% if contact.company %}\n\nFor your shop.\n\n{% endif %}")
    assert html.startswith("{% if contact.company %}<p")
    assert html.endswith("</p>{% endif %}")


def test_lines_and_attributes_are_escaped():
    assert as_line("a < b **c** {{ x }}") == "a &lt; b **c** {{ x }}"
    assert as_attribute('say "hi" & <go> {{ x }}') == "say &quot;hi&quot; &amp; &lt;go&gt; {{ x }}"


marked = st.text(st.sampled_from("ab *_[]()-\n<>&\"'https:/.{}%"), max_size=60) | st.lists(
    st.sampled_from(
        [
            "**",
            "*",
            "[a](https://b.example)",
            "[",
            "](",
            ")",
            "https://c.example",
            "\n",
            "- ",
            "{{ x.url }}",
            "x",
            " ",
            "<",
        ]
    ),
    max_size=12,
).map("".join)


@given(marked)
def test_whatever_is_written_the_markup_is_well_formed(words):
    html = as_html(words)
    tree = etree.fromstring(f"<div>{html}</div>".encode())
    assert {element.tag for element in tree.iter()} <= {"div", "p", "ul", "li", "a", "b", "em", "br"}
