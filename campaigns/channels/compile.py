"""Compiles what owners write into a Skeleton, once, when it is saved or first sent."""

import re
from dataclasses import dataclass

from campaigns.channels.document import document, letter, ways_out
from campaigns.channels.environment import environment, walk
from campaigns.channels.fragments import RAW, TAG, TEXT, Fragment, Mask, top_level, visible
from campaigns.channels.outputs import plain_path
from campaigns.channels.plaintext import plaintext
from campaigns.channels.skeleton import PLAIN, Part, Skeleton, Slot, one_line, unix_lines
from campaigns.channels.tracking import track, track_text

_FILLED = "{{ %s }}"
_OPENING = re.compile(r"<(\w+)(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?>\s*$")
_CLOSING = re.compile(r"\s*</(\w+)\s*>")
_INNER = frozenset({"td", "th", "span", "strong", "b", "em", "i", "font", "center", "tbody"})
_OUTER = frozenset({"p", "li", "div", "blockquote", "tr", "ul", "ol", "table", *(f"h{n}" for n in range(1, 7))})
_NOT_AROUND = frozenset({"assign", "capture", "href"})  # write nothing, or always something


@dataclass
class _Cut:
    """A part in the making: `before`[i] is the text in front of `slots`[i]; the text after the last ends `before`."""

    before: list[str]
    slots: list[Fragment]


def compile_design(
    subject: str, body: str, kind: str, *, unsubscribable: bool = True, text: str | None = None
) -> Skeleton:
    """The skeleton of a design whose `check` found nothing wrong. `kind` is letter, html or mjml; messages that
    nobody can unsubscribe from (receipts, codes) carry no link for it. The footer speaks the active language. `text`
    is a text part written by hand; without it one is made of the body.

    Raises LiquidError and document.BadMarkup.
    """
    mask = Mask(body)
    html, targets = track(mask, document(mask, kind, unsubscribable=unsubscribable))
    said = mask.restore(plaintext(mask, html)) if text is None else _by_hand(text, targets, unsubscribable)
    return _skeleton(subject, mask.restore(html), said, targets)


def compile_words(title: str, body: str, *, ending: str = "") -> Skeleton:
    """The skeleton of what is said in words alone, without a design and its footer; `ending` is Liquid below it. Each
    web address in it becomes a tracked one.

    Raises LiquidError.
    """
    mask = Mask(body)
    html, targets = track(mask, letter(mask))
    return _skeleton(title, "", mask.restore(plaintext(mask, html)) + ending, targets)


def _skeleton(subject: str, html: str, text: str, targets: list[str]) -> Skeleton:
    sources = {
        "subject": ("subject", one_line("".join(part.source for part in visible(subject))).strip()),
        "html": ("html", html),
        "text": ("text", text),
    }
    slots: list[Slot] = []
    parts = {name: _part(source, mode, slots) for name, (mode, source) in sources.items()}
    return Skeleton(tuple(slots), parts["subject"], parts["html"], parts["text"], tuple(targets))


def made_text(body: str, kind: str, *, unsubscribable: bool = True) -> str:
    """The text part that is made of a body, to be written on: Liquid and addresses as they stand in the body.

    Raises document.BadMarkup.
    """
    mask = Mask(body)
    return mask.restore(plaintext(mask, document(mask, kind, unsubscribable=unsubscribable)))


def _by_hand(text: str, targets: list[str], unsubscribable: bool) -> str:
    """A text part with its links tracked, and at its foot the ways out and the address that it lacks."""
    mask = Mask(unix_lines(text))
    present = " ".join(part.source for part in mask.hidden)
    ways = ways_out(unsubscribable=unsubscribable)
    foot = [f"{label} <{{{{ {name} }}}}>" for name, label in ways.items() if name not in present]
    foot += ["{{ business.postal_address }}"] * ("business.postal_address" not in present)
    return mask.restore(track_text(mask, targets)).strip() + "\n" + "".join(f"\n{line}" for line in foot) + "\n"


def _part(source: str, mode: str, slots: list[Slot]) -> Part:
    nodes = walk(environment(mode).from_string(source).nodes)
    assigned = {str(name) for node in nodes for name in node.template_scope()}
    cut = _cut(source)
    order = []
    for number, fragment in enumerate(cut.slots):
        slot = _plain(fragment, assigned) or _logic(cut, number, fragment, mode)
        if slot.mode != PLAIN or slot not in slots:
            slots.append(slot)
        order.append(slots.index(slot) if slot.mode == PLAIN else len(slots) - 1)
    return Part(tuple(cut.before), tuple(order))


def _plain(fragment: Fragment, assigned: set[str]) -> Slot | None:
    """The slot of a name that is the same everywhere in the message."""
    path = plain_path(environment(PLAIN).from_string(fragment.source).nodes[0])
    if not path or path[0] in assigned:
        return None
    return Slot(_FILLED % fragment.source.strip("{}- \t\n"), PLAIN)


def _cut(source: str) -> _Cut:
    cut = _Cut([""], [])
    strip_next = False
    for fragment in top_level(unix_lines(source)):
        if fragment.kind in {TEXT, RAW}:
            text = fragment.text
            cut.before[-1] += text.lstrip() if strip_next else text
            strip_next = False
            continue
        if fragment.source[2] == "-":
            cut.before[-1] = cut.before[-1].rstrip()
        strip_next = fragment.source[-3] == "-"
        cut.slots.append(fragment)
        cut.before.append("")
    return cut


def _logic(cut: _Cut, number: int, fragment: Fragment, mode: str) -> Slot:
    before = after = ""
    if fragment.kind == TAG and mode != "subject" and fragment.name not in _NOT_AROUND:
        take = _paragraph_around if mode == "html" else _lines_around
        left, right = take(cut.before[number], cut.before[number + 1])
        before, cut.before[number] = cut.before[number][left:], cut.before[number][:left]
        after, cut.before[number + 1] = cut.before[number + 1][:right], cut.before[number + 1][right:]
    return Slot(fragment.source, mode, before, after)


def _paragraph_around(left: str, right: str) -> tuple[int, int]:
    """How much of both sides is an element that holds nothing else: it goes when the block stays empty."""
    start, end = len(left), 0
    taken = (start, end)
    while (opening := _OPENING.search(left[:start])) and (closing := _CLOSING.match(right, end)):
        name = opening[1].lower()
        if name != closing[1].lower() or name not in _INNER | _OUTER:
            break
        start, end = opening.start(), closing.end()
        if name in _OUTER:
            taken = (start, end)
    if taken == (len(left), 0) and left.endswith(" ") and right.startswith(" "):
        return len(left), 1
    return taken


def _lines_around(left: str, right: str) -> tuple[int, int]:
    """In text: the bullet before a block and the line breaks after it, or one of two spaces around it."""
    line = re.search(r"(?:^|(?<=\n))[ \t]*(?:\* |\d+\. )?\Z", left)
    breaks = re.match(r"\n*", right)
    if line and breaks and (breaks[0] or not right):
        return line.start(), breaks.end()
    if left.endswith(" ") and right.startswith(" "):
        return len(left), 1
    return len(left), 0
