"""Which segments journeys depend on: those are watched."""

from collections.abc import Iterable, Iterator

from campaigns.journeys.definition import Definition, Occurrence, Wait
from campaigns.journeys.engine import needs
from campaigns.journeys.models import Journey, JourneyVersion
from campaigns.journeys.parse import InvalidDefinition, parse
from crm.rules import Leaf, Rule, conditions
from crm.rules.tree import Place
from crm.segments.asking import segments_in
from crm.segments.queries import choices

MEMBERSHIP = frozenset({"Segment Entered", "Segment Left"})


def segments_needed() -> Iterator[tuple[str, str]]:
    """(public id of a segment, name of a journey that speaks of it), of all that are live, in shadow or paused. One
    query, and one more for each rule that names a segment. What can no longer be read depends on nothing."""
    states = [Journey.State.LIVE, Journey.State.SHADOW, Journey.State.PAUSED]
    found = JourneyVersion.objects.filter(pk__in=Journey.objects.filter(state__in=states).values("current"))
    for version in found.select_related("journey"):
        try:
            definition = parse(version.definition)
        except InvalidDefinition:
            continue
        for uid in sorted(_mentioned(definition)):
            yield uid, version.journey.name


def _mentioned(definition: Definition) -> set[str]:
    found: set[str] = set()
    for rule in _rules(definition):
        found |= segments_in(rule)
    for occurrence in _occurrences(definition):
        if occurrence.event in MEMBERSHIP:
            found |= _named(occurrence) or {uid for uid, _name in choices()}
    return found


def _rules(definition: Definition) -> Iterable[Rule]:
    occurrences = (occurrence.rule for occurrence in _occurrences(definition))
    return [*needs(definition).values(), *(rule for rule in occurrences if rule is not None)]


def _occurrences(definition: Definition) -> Iterator[Occurrence]:
    yield definition.trigger
    if definition.goal:
        yield definition.goal
    for wait in definition.all(Wait):
        yield from (exit.occurrence for exit in wait.sooner if exit.occurrence)


def _named(occurrence: Occurrence) -> set[str]:
    """The segments that the rule on the event itself names."""
    leaves = conditions(occurrence.rule) if occurrence.rule else ()
    return {
        leaf.comparison.value
        for leaf in leaves
        if isinstance(leaf, Leaf) and leaf.place is Place.EVENT and leaf.field.key == "segment"
    }
