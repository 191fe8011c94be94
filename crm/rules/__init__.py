"""The rule language of segments, triggers, branches and guards. It knows no model.

A rule is JSON; `parse` reads it into frozen values that already know their fields. The same rule is SQL for many
contacts (`compile_where`), SQL for the touched ones (`compile_answers`), a function of facts (`evaluate`, `explain`)
and a sentence (`describe`). All of them agree, with nothing between true and false: a value that is missing, or of
another type than the rule compares, or an empty text or list, matches ``is_missing``, ``is_not`` and ``is_none_of``
only. Texts are compared exactly. How time is meant is written in `operators`.
"""

from .answers import compile_answers
from .as_of import as_of
from .at_hand import settle_event
from .compile import compile_where
from .evaluate import Explanation, Facts, evaluate, explain
from .facts import KnownFacts, fetch_facts
from .fields import AlreadyRegistered, Bag, Field, Registry, Rows, registry
from .found import Found, fetch_found
from .kinds import Kind
from .needs import Needs, RowsNeeded, needs
from .operators import OPERATORS, Operator, operators_for
from .parse import parse
from .problems import InvalidRule, NoEventAtHand, Problem
from .readable import readable
from .sentence import condition, describe, phrase
from .tree import (
    EVERYONE,
    NOBODY,
    AllOf,
    AnyOf,
    Did,
    Leaf,
    NoneOf,
    Rule,
    conditions,
    fields_used,
    mentions_time,
    to_json,
)

__all__ = [
    "EVERYONE",
    "NOBODY",
    "OPERATORS",
    "AllOf",
    "AlreadyRegistered",
    "AnyOf",
    "Bag",
    "Did",
    "Explanation",
    "Facts",
    "Field",
    "Found",
    "InvalidRule",
    "Kind",
    "KnownFacts",
    "Leaf",
    "Needs",
    "NoEventAtHand",
    "NoneOf",
    "Operator",
    "Problem",
    "Registry",
    "Rows",
    "RowsNeeded",
    "Rule",
    "as_of",
    "compile_answers",
    "compile_where",
    "condition",
    "conditions",
    "describe",
    "evaluate",
    "explain",
    "fetch_facts",
    "fetch_found",
    "fields_used",
    "mentions_time",
    "needs",
    "operators_for",
    "parse",
    "phrase",
    "readable",
    "registry",
    "settle_event",
    "to_json",
]
