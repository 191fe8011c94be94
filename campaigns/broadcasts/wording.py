"""What a broadcast says, by each person's language; and designs of plain words."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from campaigns.broadcasts.models import Variant
from campaigns.channels import contents, port
from campaigns.designs import actions as designs
from campaigns.designs import compiling
from campaigns.designs.models import Design
from campaigns.designs.parse import LETTER_KIND, empty
from campaigns.designs.queries import choose
from crm.business.queries import business


def contents_for(variants: Iterable[Variant], languages: Collection[str]) -> dict[str, dict[str, str]]:
    """{letter: {language: content}} for people of these languages. Pure."""
    return {
        one.letter: {
            language: str(one.contents[choose(one.contents, language, one.fallback)]) for language in languages
        }
        for one in variants
    }


def frozen(design: Design, channel: port.Channel) -> dict[str, int]:
    """The key of an immutable Content for each language, as the channel shows it. A design shown as such may raise
    designs.NotReady; words that were checked raise nothing."""
    if channel.rich:
        return designs.freeze(design)
    return {
        language: contents.keep(compiling.words(content, channel, language=language), label=design.name)
        for language, content in design.contents.items()
    }


def plain_design(*, subject: str, body: str, kind: str, name: str, by: str, at: datetime) -> Design:
    """A design in the shop's language of words that were written elsewhere; `kind` is letter, html or mjml.

    Raises parse.InvalidContents.
    """
    language = business().language
    written: dict[str, Any] = empty(kind) | {"subject": subject}
    written["body"] = written["body"] | ({"text": body} if kind == LETTER_KIND else {"source": body})
    return designs.create_design(kind=kind, name=name, language=language, contents={language: written}, by=by, at=at)


def copy_of(design: Design, *, by: str, at: datetime) -> Design:
    """One that may be changed without the other."""
    return designs.copy_design(design, name=design.name, by=by, at=at)
