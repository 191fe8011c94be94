"""A design as it is sent: immutable static pieces and the slots between them.

    fill(skeleton, variables) -> slots        once per message; the slots are all that is kept of it
    splice(skeleton, slots) -> Rendered       now, and whenever the message is shown again

A slot that is just a name is looked up without Liquid. A slot with logic keeps its Liquid source; the slots of one part
run in order in one context, so that what is assigned in one is there in the next.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidError, LiquidInterrupt

from campaigns.channels.environment import Bounded, environment, new_context
from campaigns.channels.links import Links
from campaigns.channels.outputs import escaped, looked_up, plain_path

PLAIN = "plain"
_ASSIGNING = ("assign", "capture")
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_RUNTIME_ERRORS = (LiquidError, LiquidInterrupt, ArithmeticError, LookupError, TypeError, ValueError)


class CannotRender(Exception):
    """This message cannot be made of these variables; trying again with the same ones cannot help."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to fill. A `plain` slot is a name; it is kept as it is and shared by all parts. The others hold logic,
    run for one part: html (escaped), text or subject. `before` and `after` belong to the paragraph around such a slot
    and go with it when it stays empty."""

    source: str
    mode: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Static pieces, one more than `order`, whose numbers say which slot stands between them."""

    statics: tuple[str, ...]
    order: tuple[int, ...]

    def splice(self, slots: Sequence[str]) -> str:
        pieces = [""] * (len(self.statics) + len(self.order))
        pieces[::2] = self.statics
        pieces[1::2] = [slots[number] for number in self.order]
        return "".join(pieces)


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Two skeletons are the same if their digests are. `made_of` are the contents that a joined one was made of, the
    first of them the one that gives the frame and the links (see `joining`); empty for all others. `about` are the ids
    of products without all of which there is nothing to say; empty where it says something besides."""

    slots: tuple[Slot, ...]
    subject: Part
    html: Part
    text: Part
    links: tuple[str, ...]
    made_of: tuple[int, ...] = ()
    about: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        rare = {"made_of": list(self.made_of), "about": list(self.about)}
        return {name: value for name, value in rare.items() if value} | {
            "slots": [[slot.source, slot.mode, slot.before, slot.after] for slot in self.slots],
            "parts": {
                name: [part.statics, part.order]
                for name, part in (("subject", self.subject), ("html", self.html), ("text", self.text))
            },
            "links": list(self.links),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        parts = {name: Part(tuple(statics), tuple(order)) for name, (statics, order) in data["parts"].items()}
        return cls(
            slots=tuple(Slot(*slot) for slot in data["slots"]),
            links=tuple(data["links"]),
            made_of=tuple(data.get("made_of", ())),
            about=tuple(data.get("about", ())),
            **parts,
        )

    @cached_property
    def _plain(self) -> tuple[int, ...]:
        return tuple(number for number, slot in enumerate(self.slots) if slot.mode == PLAIN)

    def subject_line(self, slots: Sequence[str]) -> str:
        """The subject, which is one line whatever the slots hold."""
        return one_line(self.subject.splice(slots))

    def markup(self, slots: Sequence[str]) -> list[str]:
        """The slots as the HTML part shows them: the plain ones escaped."""
        shown = list(slots)
        for number in self._plain:
            shown[number] = escaped(shown[number])
        return shown

    @cached_property
    def digest(self) -> bytes:
        """32 bytes that are equal for equal skeletons."""
        canonical = json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return hashlib.sha256(canonical.encode()).digest()

    @cached_property
    def steps(self) -> tuple[Callable[["_Filling"], str], ...]:
        """How to fill each slot; compiled once per process."""
        assigns = any(word in slot.source for slot in self.slots for word in _ASSIGNING)
        return tuple(_step(slot, assigns=assigns) for slot in self.slots)


def fill(skeleton: Skeleton, variables: Mapping[str, Any], link: Callable[[int], str] | None = None) -> list[str]:
    """The slots of one message. `link` gives the tracked address of the message's link with this number; without
    it links lead straight to their targets. Besides what `names.DECLARED` lists, `variables` may hold `recall` and
    `questions` (see `tags`). The addresses of links that hold Liquid follow the skeleton's own slots.

    Raises CannotRender.
    """
    links = Links(skeleton.links, link)
    filling = _Filling({**variables, "links": links})
    try:
        slots = [step(filling) for step in skeleton.steps]
    except _RUNTIME_ERRORS as error:
        raise CannotRender(str(getattr(error, "message", error))) from error
    return slots + links.dynamic


def splice(skeleton: Skeleton, slots: Sequence[str]) -> Rendered:
    html = skeleton.html.splice(skeleton.markup(slots))
    return Rendered(skeleton.subject_line(slots), html, skeleton.text.splice(slots))


def with_tail(part: Part) -> Part:
    """An HTML part with one slot more, where the body ends: the last of those that fill it."""
    *before, last = part.statics
    cut = last.lower().rfind("</body")
    cut = len(last) if cut < 0 else cut
    return Part((*before, last[:cut], last[cut:]), (*part.order, -1))


def link_target(skeleton: Skeleton, slots: Sequence[str], number: int) -> str | None:
    """Where the message's link with this number leads; None if the message has no such link."""
    targets = [*skeleton.links, *slots[len(skeleton.slots) :]]
    return targets[number] if 0 <= number < len(targets) else None


def unix_lines(text: str) -> str:
    """Without carriage returns, and without NUL, which PostgreSQL cannot keep."""
    if "\r" in text or "\0" in text:
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text


def one_line(text: str) -> str:
    """Without anything that could end a header line."""
    return _LINE_BREAKS.sub(" ", text)


class _Filling:
    """The variables of one message and, if there is logic, one Liquid context per part."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables
        self._contexts: dict[str, RenderContext] = {}

    def context(self, mode: str) -> RenderContext:
        if mode not in self._contexts:
            self._contexts[mode] = new_context(mode, self.variables)
        return self._contexts[mode]


def _step(slot: Slot, *, assigns: bool) -> Callable[[_Filling], str]:
    template = environment(slot.mode).from_string(slot.source)
    if slot.mode == PLAIN:
        return _lookup(plain_path(template.nodes[0]))
    step = _logic(template.nodes, slot)
    return step if assigns or not _speaks_of_the_shop_only(template) else _once_a_shop(step)


def _speaks_of_the_shop_only(template: BoundTemplate) -> bool:
    """As the postal address does."""
    known = all(isinstance(node, OutputNode | ContentNode) for node in template.nodes)
    return known and template.analyze().globals.keys() == {"business"}


def _once_a_shop(step: Callable[["_Filling"], str]) -> Callable[["_Filling"], str]:
    """The same for all that speak of the same shop, as the messages of a chunk do."""
    kept: tuple[object, str] = (object(), "")

    def run(filling: _Filling) -> str:
        nonlocal kept
        shop = filling.variables.get("business")
        if kept[0] is not shop:
            kept = (shop, step(filling))
        return kept[1]

    return run


def _lookup(path: tuple[str | int, ...]) -> Callable[[_Filling], str]:
    return lambda filling: unix_lines(looked_up(path, filling.variables))


def _logic(nodes: Sequence[Node], slot: Slot) -> Callable[[_Filling], str]:
    def run(filling: _Filling) -> str:
        context = filling.context(slot.mode)
        buffer: Any = Bounded()
        for node in nodes:
            node.render(context, buffer)
        text = buffer.getvalue()
        if not text or text.isspace():
            return ""
        return unix_lines(slot.before + text + slot.after)

    return run
