"""A rule becomes inputs of a form and comes back as the rule that it was."""

from django.http import QueryDict
from hypothesis import given, settings

from crm.rules import parse
from engage.dashboard.rules import editor
from engage.dashboard.rules.draft import walk
from engage.dashboard.rules.posted import from_kept, from_post, inputs, kept
from engage.dashboard.rules.reading import draft_of
from engage.dashboard.rules.writing import written
from tests.crm.rules.world import REGISTRY, trigger_rules

relaxed = settings(max_examples=300)


def as_posted(root) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in inputs(root):
        data.appendlist(name, value)
    return data


@relaxed
@given(trigger_rules)
def test_a_rule_is_the_same_after_it_was_a_form(rule):
    root = draft_of(rule, REGISTRY)
    back = from_post(as_posted(root))
    assert back == root
    assert from_kept(kept(root)) == root
    found = written(back, REGISTRY, event_at_hand=True)
    assert found.problems == {}
    assert found.rule == parse(rule, event_at_hand=True, registry=REGISTRY)


@relaxed
@given(trigger_rules)
def test_an_editor_that_nobody_touched_keeps_the_rule_as_it_was(rule):
    was = editor.opened(rule, event_at_hand=True, registry=REGISTRY)
    again = editor.edited_by(as_posted(was.root), event_at_hand=True, registry=REGISTRY)
    assert again.rule == was.rule == parse(rule, event_at_hand=True, registry=REGISTRY)
    assert len([line for line in again.lines if line.kind != "foot"]) == len(list(walk(was.root)))
