"""Several letters as one: the first gives the subject, the greeting, the signature and the footer, the others what they
say between greeting and signature.

Letters are joined as skeletons, so that each keeps its own variables, links and questions: the slots of the joined one
are those of all, one after the other. Only letters of ours have a place for it; what an owner laid out in MJML, or as a
whole HTML page, goes alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from campaigns.channels.document import LETTER_CLOSES, LETTER_OPENS
from campaigns.channels.skeleton import Part, Skeleton

BETWEEN_HTML = '<hr style="border:0;border-top:1px solid #E6E1D8;margin:24px 0">'
BETWEEN_TEXT = "* * *\n\n"
_GREETING = re.compile(r"\{\{-?\s*contact\.(?:first_)?name\b[^}]*\}\}")
_SIGNATURE = re.compile(r"\{\{-?\s*business\.(?:sender_)?name\b[^}]*\}\}")
_SHORT = 40
"""Characters beside the names in a paragraph that only greets or signs."""
_LEADS_ON = (",", ":", "，", "：")
_ENDS_A_SENTENCE = (".", "!", "?", "…", "。", "！", "？")
_BLANK_LINE = "\n\n"

type Place = tuple[int, int]
"""A static piece of a part, and an offset in it."""


@dataclass(frozen=True, slots=True)
class Body:
    """Where in one part the body begins and ends, without greeting and signature."""

    begin: Place
    end: Place


@dataclass(frozen=True, slots=True)
class Frame:
    html: Body
    text: Body


def frame(skeleton: Skeleton) -> Frame | None:
    """Where the letter has its body; None if it is none of ours, or was joined already."""
    html, text = skeleton.html, skeleton.text
    if skeleton.made_of or LETTER_OPENS not in html.statics[0]:
        return None
    closing = next((n for n in reversed(range(len(html.statics))) if LETTER_CLOSES in html.statics[n]), None)
    footer = _sources(skeleton, html.order[closing:]) if closing is not None else []
    if closing is None or not footer or _sources(skeleton, text.order[-len(footer) :]) != footer:
        return None
    begin = 0, html.statics[0].index(LETTER_OPENS) + len(LETTER_OPENS)
    end = closing, html.statics[closing].rindex(LETTER_CLOSES)
    line = len(text.order) - len(footer)
    last = line, text.statics[line].rfind("\n") + 1
    whole = Frame(Body(begin, end), Body((0, 0), last))
    return _between(skeleton, whole) if begin <= end else None


def join(letters: Sequence[tuple[int, Skeleton]]) -> Skeleton:
    """One skeleton of several that have a frame, each with the id of its content; the first is the one that carries the
    others. Its slots are theirs, its links those of the first."""
    offsets = [0, *accumulate(len(skeleton.slots) for _, skeleton in letters)]
    framed = [(skeleton, _framed(skeleton), offset) for (_, skeleton), offset in zip(letters, offsets, strict=False)]
    carrier, its, _ = framed[0]
    html = [_slice(carrier.html, (0, 0), its.html.end)]
    text = [_slice(carrier.text, (0, 0), its.text.end)]
    for skeleton, found, offset in framed[1:]:
        html += [_static(BETWEEN_HTML), _shifted(_slice(skeleton.html, found.html.begin, found.html.end), offset)]
        text += [_static(BETWEEN_TEXT), _shifted(_slice(skeleton.text, found.text.begin, found.text.end), offset)]
    return Skeleton(
        slots=tuple(slot for _, skeleton in letters for slot in skeleton.slots),
        subject=carrier.subject,
        html=_glued([*html, _slice(carrier.html, its.html.end, _last(carrier.html))]),
        text=_glued([*text, _slice(carrier.text, its.text.end, _last(carrier.text))]),
        links=carrier.links,
        made_of=tuple(content for content, _ in letters),
    )


def _sources(skeleton: Skeleton, order: Sequence[int]) -> list[str]:
    return [skeleton.slots[number].source for number in order]


def _framed(skeleton: Skeleton) -> Frame:
    found = frame(skeleton)
    assert found is not None
    return found


def _between(skeleton: Skeleton, whole: Frame) -> Frame:
    """The frame without the paragraph that greets and the one that signs, where both parts show them."""
    html, text = whole.html, whole.text
    greeted = _greeted(skeleton, skeleton.html, html, "</p>"), _greeted(skeleton, skeleton.text, text, _BLANK_LINE)
    if greeted[0] and greeted[1]:
        html, text = Body(greeted[0], html.end), Body(greeted[1], text.end)
    signed = _signed_html(skeleton, html), _signed_text(skeleton, text)
    if signed[0] and signed[1]:
        html, text = Body(html.begin, signed[0]), Body(text.begin, signed[1])
    return Frame(html, text)


def _greeted(skeleton: Skeleton, part: Part, body: Body, closes: str) -> Place | None:
    """Where the first paragraph ends, if it only greets."""
    inside = _slice(part, body.begin, body.end)
    number = next((n for n, piece in enumerate(inside.statics) if closes in piece), None)
    if number is None:
        return None
    end = inside.statics[number].index(closes) + len(closes)
    said = Part((*inside.statics[:number], inside.statics[number][:end]), inside.order[:number])
    greets = _only(skeleton, said, _GREETING).endswith(_LEADS_ON)
    return _within(body, number, end) if greets else None


def _signed_html(skeleton: Skeleton, body: Body) -> Place | None:
    """Where the last paragraph begins, if it only signs."""
    inside = _slice(skeleton.html, body.begin, body.end)
    number = next((n for n in reversed(range(len(inside.statics))) if "<p>" in inside.statics[n]), None)
    if number is None or not inside.statics[-1].endswith("</p>"):
        return None
    return _signed(skeleton, inside, body, number, inside.statics[number].rindex("<p>"))


def _signed_text(skeleton: Skeleton, body: Body) -> Place | None:
    inside = _slice(skeleton.text, body.begin, body.end)
    *pieces, last = inside.statics
    pieces.append(last.rstrip("\n"))
    for number in reversed(range(len(pieces))):
        if _BLANK_LINE in pieces[number]:
            start = pieces[number].rindex(_BLANK_LINE) + len(_BLANK_LINE)
            return _signed(skeleton, inside, body, number, start)
        if number and skeleton.slots[inside.order[number - 1]].after.endswith(_BLANK_LINE):
            return _signed(skeleton, inside, body, number, 0)
    return None


def _signed(skeleton: Skeleton, inside: Part, body: Body, number: int, start: int) -> Place | None:
    said = Part((inside.statics[number][start:], *inside.statics[number + 1 :]), inside.order[number:])
    words = _only(skeleton, said, _SIGNATURE)
    return _within(body, number, start) if words and not words.endswith(_ENDS_A_SENTENCE) else None


def _only(skeleton: Skeleton, said: Part, names: re.Pattern[str]) -> str:
    """A paragraph that is nothing but such names and a few words, with an x for each name; empty if it is more."""
    slots = [skeleton.slots[number] for number in said.order]
    words = re.sub(r"</?p>", "", "x".join(said.statics)).strip()
    few = len(words) <= _SHORT and bool(slots)
    return words if few and all(names.fullmatch(slot.source) for slot in slots) else ""


def _within(body: Body, number: int, offset: int) -> Place:
    """A place in the slice that is the body, as a place in the whole part."""
    piece, skipped = body.begin
    return piece + number, offset + (0 if number else skipped)


def _slice(part: Part, begin: Place, end: Place) -> Part:
    (first, start), (last, stop) = begin, end
    if first == last:
        return Part((part.statics[first][start:stop],), ())
    statics = (part.statics[first][start:], *part.statics[first + 1 : last], part.statics[last][:stop])
    return Part(statics, part.order[first:last])


def _last(part: Part) -> Place:
    return len(part.statics) - 1, len(part.statics[-1])


def _static(text: str) -> Part:
    return Part((text,), ())


def _shifted(part: Part, by: int) -> Part:
    return Part(part.statics, tuple(number + by for number in part.order))


def _glued(parts: Sequence[Part]) -> Part:
    statics, order = [""], list[int]()
    for part in parts:
        first, *others = part.statics
        statics[-1] += first
        statics += others
        order += part.order
    return Part(tuple(statics), tuple(order))
