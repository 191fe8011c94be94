"""What goes through the walking belt together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaigns.journeys.compiled import Version
from campaigns.journeys.definition import Errand, Give, Hook, Join, Leave, Remember, Send
from campaigns.journeys.due import Walker
from campaigns.journeys.engine import Decision, Does, Facts
from campaigns.offers.models import Given


@dataclass(slots=True)
class Chunk:
    """Walkers on their way through the belt; `decisions` by enrolment, who stays has none. By enrolment and visit:
    `found` is what the conditions of a branch found, `noted` what came of a decision, to be kept with it, `given` the
    offer that was given there, None where none could be."""

    walkers: Sequence[Walker]
    versions: dict[int, Version] = field(default_factory=dict)
    facts: dict[int, Facts] = field(default_factory=dict)
    decisions: dict[int, list[Decision]] = field(default_factory=dict)
    found: dict[tuple[int, int], list[Any]] = field(default_factory=dict)
    noted: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    given: dict[tuple[int, int], Given | None] = field(default_factory=dict)

    def does[S: (Send, Remember, Errand, Hook, Join, Leave, Give)](
        self, kind: type[S], *, shadow: bool = False
    ) -> Iterator[tuple[Walker, Version, S, int]]:
        """What is to be carried out of one kind: who, of which version, the step, and the number of the visit. Of who
        walks in shadow nothing is carried out: with `shadow`, what would have been."""
        for walker in self.walkers:
            if walker.shadow != shadow:
                continue
            for decision in self.decisions.get(walker.enrolment, ()):
                if isinstance(decision, Does) and isinstance(decision.step, kind):
                    yield walker, self.versions[walker.version], decision.step, decision.visit
