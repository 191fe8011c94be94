"""Cuts a Liquid source into text and Liquid, with exact positions, by python-liquid's own lexer rules."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from liquid.lex import compile_liquid_rules

TEXT, RAW, OUTPUT, TAG = "text", "raw", "output", "tag"

BLOCKS = frozenset({"if", "unless", "case", "for", "tablerow", "capture", "comment", "recall", "href", "for_sale"})
_RULES = compile_liquid_rules()
_KINDS = {"output": OUTPUT, "TAG": TAG, "RAW": RAW}


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a source: `kind` of text, raw, output or tag; `name` is a tag's first word; `start` an index."""

    kind: str
    source: str
    start: int
    name: str = ""

    @property
    def text(self) -> str:
        """What text says; of raw, the inside."""
        match = _RULES.match(self.source) if self.kind == RAW else None
        return match["raw"] if match else self.source


def fragments(source: str) -> Iterator[Fragment]:
    """All of `source`, in order; the sources of the fragments join up to it."""
    for match in _RULES.finditer(source):
        kind = _KINDS.get(match.lastgroup or "", TEXT)
        yield Fragment(kind, match.group(), match.start(), match["name"] if kind == TAG else "")


def top_level(source: str) -> Iterator[Fragment]:
    """Like `fragments`, but a whole block tag, down to its end tag, is one fragment. The source must parse."""
    depth, block = 0, []
    for fragment in fragments(source):
        if fragment.kind == TAG and fragment.name in BLOCKS:
            depth += 1
        if not depth:
            yield fragment
            continue
        block.append(fragment)
        if fragment.kind == TAG and fragment.name.removeprefix("end") in BLOCKS and fragment.name.startswith("end"):
            depth -= 1
            if not depth:
                yield Fragment(TAG, "".join(part.source for part in block), block[0].start, block[0].name)
                block = []


def visible(source: str) -> Iterator[Fragment]:
    """Like `fragments`, without comments: they are for whoever writes and must not reach MJML or the text part."""
    depth = 0
    for fragment in fragments(source):
        if fragment.name == "comment":
            depth += 1
        elif fragment.name == "endcomment":
            depth -= 1
        elif not depth and fragment.name != "#":
            yield fragment


class Mask:
    """Hides Liquid from what reads only markup: each fragment becomes one harmless word, and back again."""

    def __init__(self, source: str) -> None:
        self.word = "lqd"
        while self.word in source:
            self.word += "q"
        self.hidden: list[Fragment] = []
        self.pattern = re.compile(rf"{self.word}(\d+)z")
        self.text = ""
        self._starts: list[tuple[int, int]] = []  # where each fragment is in `text`, and where it was in the source
        for part in visible(source):
            self._starts.append((len(self.text), part.start))
            self.text += part.source if part.kind == TEXT else self.hide(part.source, part.kind, part.name)

    def origin(self, offset: int) -> int:
        """Where in the source the character at `offset` of `text` came from, at most a few characters off."""
        at = bisect_right(self._starts, offset, key=lambda pair: pair[0]) - 1
        shown, written = self._starts[max(at, 0)] if self._starts else (0, 0)
        return written + offset - shown

    def hide(self, source: str, kind: str = OUTPUT, name: str = "") -> str:
        """The word that stands for `source` from now on."""
        self.hidden.append(Fragment(kind, source, -1, name))
        return f"{self.word}{len(self.hidden) - 1}z"

    def found(self, text: str) -> list[Fragment]:
        return [self.hidden[int(number)] for number in self.pattern.findall(text)]

    def restore(self, text: str) -> str:
        return self.pattern.sub(lambda match: self.hidden[int(match[1])].source, text)

    def is_only_tags(self, text: str) -> bool:
        """Whether `text` is nothing but tags that show nothing by themselves, like `{% for … %}` or `{% else %}`."""
        found = self.found(text)
        silent = all(part.kind == TAG and part.name not in ("question", "rating") for part in found)
        return bool(found) and silent and not self.pattern.sub("", text).strip()

    def join_lines_of_tags(self, text: str, breaks: str) -> str:
        """A line that holds only such tags takes the line `breaks` (a pattern) behind it with it; an end tag that
        follows a line directly takes one."""

        def join(match: re.Match[str]) -> str:
            tags, after = match[1].strip(), match[2]
            if not self.is_only_tags(tags):
                return match[0]
            ends_a_line = self.found(tags)[-1].name.startswith("end") and not text[: match.start()].endswith("\n\n")
            return tags + after[1:] if ends_a_line else tags

        return re.sub(rf"^[ \t]*((?:{self.word}\d+z[ \t]*)+)({breaks})", join, text, flags=re.MULTILINE)
