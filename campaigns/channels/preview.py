"""Renders a design with sample data: the three previews that are looked at before saving."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns.channels.names import SAMPLE
from campaigns.channels.skeleton import Rendered, Skeleton, fill, splice


@dataclass(frozen=True, slots=True)
class Previews:
    """The same message to somebody who told us all that it cites, who told us nothing, and who told us so long ago
    that it is no longer cited."""

    with_facts: Rendered
    without: Rendered
    stale: Rendered


def preview_three(
    skeleton: Skeleton,
    recall: Iterable[str] | Mapping[str, Mapping[str, str]],
    questions: Iterable[str] | Mapping[str, Mapping[str, Any]] = (),
    variables: Mapping[str, Any] = SAMPLE,
) -> Previews:
    """`recall` and `questions` are the keys that the design uses, or real facts and questions by key.

    Somebody whose answer is stale is asked again; somebody whose answer is fresh is not.
    Raises skeleton.CannotRender.
    """
    facts = recall if isinstance(recall, Mapping) else {key: _sample_fact(key) for key in recall}
    asked = questions if isinstance(questions, Mapping) else {key: _sample_question(key) for key in questions}
    known = {key: question for key, question in asked.items() if key not in facts}

    def render(facts: Mapping[str, Any], questions: Mapping[str, Any]) -> Rendered:
        return splice(skeleton, fill(skeleton, {**variables, "recall": facts, "questions": questions}))

    return Previews(with_facts=render(facts, known), without=render({}, asked), stale=render({}, asked))


def _sample_fact(key: str) -> dict[str, str]:
    return {"value": key.replace("_", " "), "because": _("you mentioned in May")}


def _sample_question(key: str) -> dict[str, Any]:
    answers = [{"label": label, "url": "https://shop.example/s/sample"} for label in (_("This"), _("That"))]
    return {"text": key.replace("_", " ").capitalize() + "?", "answers": answers}
