"""Loops that only show names turn without Liquid's machinery; they must show what Liquid shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liquid import Environment
from liquid.exceptions import LoopIterationLimitError

from campaigns.channels.environment import MAX_ITERATIONS, environment

LOOPS = (
    "{% for line in lines %}<i>{{ line.name }}: {{ line.price }}</i>{% endfor %}",
    "{% for line in lines %}{{ line }}{{ shop.name }}{% endfor %}",
    "{% for shop in lines %}{{ shop.name }}{% endfor %}{{ shop.name }}",
    "{% for line in lines %}{{ forloop.index }}{{ line.name }}{% endfor %}",
    "{% for l in lines limit: 2 %}{{ l.name }}{% endfor %}{% for l in lines offset: continue %}{{ l }}{% endfor %}",
    "{% for line in lines reversed %}{{ line.name }}{% else %}none{% endfor %}",
    "{% for line in lines %}{{ line.name }}{% for part in line.parts %}-{{ part }}{% endfor %}{% endfor %}",
    "{% for line in lines %} {% endfor %}",
)
words = st.text("a<&\"' é", max_size=4)
lines = st.lists(
    st.fixed_dictionaries({"name": words, "price": st.integers(0, 9)}, optional={"parts": st.lists(words, max_size=2)}),
    max_size=3,
)


@pytest.mark.parametrize("source", LOOPS)
@pytest.mark.parametrize("mode", ["html", "text"])
@given(lines=st.one_of(lines, words, st.none(), st.dictionaries(words, words, max_size=2)), name=words)
def test_a_loop_shows_what_liquid_shows(source, mode, lines, name):
    variables = {"lines": lines, "shop": {"name": name}}
    oracle = Environment(autoescape=mode == "html").from_string(source).render(**variables)
    assert environment(mode).from_string(source).render(**variables) == oracle


def test_the_turns_of_plain_loops_are_counted_together():
    source = "{% for line in lines %}{{ line }}{% endfor %}" * 2
    half = {"lines": ["x"] * (MAX_ITERATIONS // 2)}
    assert len(environment("html").from_string(source).render(**half)) == MAX_ITERATIONS
    with pytest.raises(LoopIterationLimitError):
        environment("html").from_string(source).render(lines=["x"] * (MAX_ITERATIONS // 2 + 1))
