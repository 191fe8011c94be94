import pytest

from campaigns.channels.liquid import MAX_SOURCE, Problem, check, question_keys, recall_keys


def found(source: str, kind: str = "letter") -> list[tuple[int, int, str]]:
    return [(problem.line, problem.column, problem.message) for problem in check(source, kind)]


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        ("Hello {{ contact.nam }}", 1, 10, "contact has no nam. Did you mean name?"),
        ("a\nb {{ custmer.name }}", 2, 6, "There is no custmer."),
        ("a\n{{ contact.name | upcas }}", 2, 19, "There is no filter upcas. Did you mean upcase?"),
        ("x\ny {% if contact.name %}", 2, 3, "expected tag endif"),
        ("x {% recall milk %}{{ value }}", 1, 3, "expected tag endrecall"),
        ("{% recall Milk! %}{% endrecall %}", 1, 4, "the key in small letters"),
        ("{{ value }}", 1, 4, "There is no value."),
        ("\n\n{{ contact.name", 3, 1, "found end of file"),
        ("{% include 'x' %}", 1, 4, "unexpected tag 'include'"),
        ("{% href %}x{% endhref %}", 1, 4, "There is no tag href."),
        ("{{ contact.name | safe }}", 1, 19, "There is no filter safe."),
        ("{{ recall.milk.value }}", 1, 4, "There is no recall."),
        ("{{ now }}", 1, 4, "There is no now."),
        ("{{ 5 | divided_by: 0 }}", 1, 8, "can't divide by 0"),
        ("{% break %}", 1, 4, "unexpected 'break'"),
        ("{% for i in (1..100000000) %}x{% endfor %}", 1, 4, "the loops turn too often"),
        ("{% assign n = (1..100000000) | join %}", 1, 15, "A range of numbers can stand only in a loop."),
        ("{% for x in order.lines %}{{ x.y }}{% endfor %}{{ x }}", 1, 51, "There is no x."),
    ],
)
def test_what_is_wrong_is_named_with_its_place(source, line, column, words):
    [(at_line, at_column, message)] = found(source)
    assert (at_line, at_column) == (line, column)
    assert words in message


@pytest.mark.parametrize(
    "source",
    [
        "Hello {{ contact.first_name | default: 'there' }}",
        "{{ event.properties.total }} {{ order.lines[0].name }}",
        "{% for line in order.lines %}{{ line.name }} {{ forloop.index }}{% endfor %}",
        "{% assign total = order.total | times: 2 %}{{ total }}",
        "{% comment %}{{ nothing }}{% if %}{% endcomment %}",
        "{% raw %}{{ nothing }}{% endraw %}",
        "{% for i in (1..3) %}{{ i }}{% endfor %}",
        "{% recall milk %}{{ value }}, {{ because }}{% else %}no{% endrecall %}",
        "{% question which_milk %}",
        "",
    ],
)
def test_what_is_right_has_no_problem(source):
    assert found(source) == []


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        ("<mjml><mj-body>\n<mj-foo/></mj-body></mjml>", 2, 1, "MJML has no mj-foo."),
        ("<p>hi</p>", 1, 1, "unexpected token"),
        ("<mjml><mj-body><mj-section></mj-body></mjml>", 1, 1, "unexpected end of stream"),
    ],
)
def test_mjml_is_compiled_before_it_is_saved(source, line, column, words):
    problem = check(source, "mjml")[0]
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message


@pytest.mark.parametrize("address", ["/shop", "javascript:alert(1)", "shop.test", "data:text/html,x", "https://"])
def test_a_link_that_a_mail_cannot_open_is_a_problem(address):
    [(line, column, message)] = found(f'<p>\n<a href="{address}">x</a></p>', "html")
    assert (line, column) == (2, 10)
    assert "must begin with https" in message


def test_half_a_sentence_before_a_block_is_a_warning():
    problems = check("We know {% recall milk %}{{ value }}{% endrecall %}.", "letter")
    assert [(problem.column, problem.warning) for problem in problems] == [(9, True)]
    assert check("We know. {% recall milk %}{{ value }}{% endrecall %}", "letter") == []
    assert check("We know {% recall milk %}{{ value }}{% else %}you{% endrecall %}.", "letter") == []


def test_a_design_has_a_largest_size():
    assert "Too long" in check("x" * (MAX_SOURCE + 1), "html")[0].message
    assert "Gmail" in check("<p>x</p>" * 20_000, "html")[0].message


def test_a_subject_may_not_be_empty_when_nothing_is_known():
    assert check("{% recall milk %}{{ value }}{% endrecall %}", "subject") == [
        Problem(1, 1, "The subject can be empty.")
    ]


def test_keys_are_found_at_any_depth_once():
    source = (
        "{% recall a %}{% if event.x %}{% recall b %}{% endrecall %}{% endif %}{% question q %}{% endrecall %}"
        "{% recall a %}{% endrecall %}"
    )
    assert recall_keys(source) == ["a", "b"]
    assert question_keys(source) == ["q"]
