"""Finished designs to begin with, in the active language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.designs.parse import DESIGNED, LETTER_KIND, Json, empty, new_block


@dataclass(frozen=True, slots=True)
class Ready:
    """`make` writes the content; `icon` and `promise` are for choosing."""

    key: str
    title: str | Promise
    promise: str | Promise
    icon: str
    kind: str
    make: Callable[[], Json]


def _designed(subject: str, preheader: str, *blocks: tuple[str, dict[str, Any]]) -> Json:
    numbered = [new_block(type, f"b{number}") | fields for number, (type, fields) in enumerate(blocks, start=1)]
    return empty(DESIGNED) | {"subject": subject, "preheader": preheader, "body": {"blocks": numbered}}


def _hello() -> Json:
    content = empty(LETTER_KIND)
    text = [
        _("Hello {{ contact.first_name | default: 'there' }},"),
        _("here is the news in a few lines: what it is, and why it may please you."),
        _("Answer this letter and it comes to me, not to a machine."),
        "{{ business.sender_name }}",
    ]
    content["subject"] = _("A few lines from {{ business.name }}")
    content["body"] |= {"text": "\n\n".join(text)}
    return content


def _news() -> Json:
    two = new_block("columns", "b3") | {
        "columns": [
            [
                new_block("heading", "b4") | {"text": _("New on the shelf"), "size": "small"},
                new_block("text", "b5") | {"text": _("Two sentences are enough: what it is, and for whom.")},
            ],
            [
                new_block("heading", "b6") | {"text": _("Dates"), "size": "small"},
                new_block("text", "b7") | {"text": _("- Saturday: tasting, 10 to 12\n- Monday: closed")},
            ],
        ]
    }
    return _designed(
        _("News from {{ business.name }}"),
        _("What is new this month, in one minute"),
        ("heading", {"text": _("What is new")}),
        ("text", {"text": _("Hello {{ contact.first_name | default: 'there' }},\n\nthe most important thing first.")}),
        ("columns", two),
        ("button", {"id": "b8", "label": _("See all of it"), "url": "{{ business.url }}"}),
        ("signature", {"id": "b9", "words": _("Until soon,")}),
        ("social", {"id": "b10"}),
        ("footer", {"id": "b11"}),
    )


def _offer() -> Json:
    two = new_block("columns", "b3") | {"columns": [[new_block("product", "b4")], [new_block("product", "b5")]]}
    return _designed(
        _("Picked for you at {{ business.name }}"),
        _("Two things that are there now"),
        ("heading", {"text": _("Picked for you"), "align": "center"}),
        ("text", {"text": _("We looked through the shelves, and these two are worth a visit."), "align": "center"}),
        ("columns", two),
        ("divider", {"id": "b6"}),
        ("text", {"id": "b7", "text": _("Not for you? Answer this letter and say what would be.")}),
        ("footer", {"id": "b8"}),
    )


def _thanks() -> Json:
    return _designed(
        _("Thank you, {{ contact.first_name | default: 'dear customer' }}"),
        "",
        ("heading", {"text": _("Thank you")}),
        ("text", {"text": _("It was good to have you here. If anything was not as it should be, answer this letter.")}),
        ("signature", {"words": _("With thanks,")}),
        ("footer", {}),
    )


def _question() -> Json:
    return _designed(
        _("One question, {{ contact.first_name | default: 'if we may' }}"),
        _("One tap is enough"),
        ("heading", {"text": _("One question")}),
        ("text", {"text": _("So that we write to you only about what you like:")}),
        ("question", {}),
        ("text", {"text": _("We remember your answer and use it to choose what we tell you about.")}),
        ("signature", {"words": _("Thank you,")}),
        ("footer", {}),
    )


_ALL = (
    Ready(
        "hello",
        gettext_lazy("A letter"),
        gettext_lazy("Words, one picture, one button: like a letter"),
        "mail",
        LETTER_KIND,
        _hello,
    ),
    Ready(
        "news",
        gettext_lazy("News"),
        gettext_lazy("What is new, in two columns, with the dates"),
        "message",
        DESIGNED,
        _news,
    ),
    Ready(
        "offer",
        gettext_lazy("Offer of products"),
        gettext_lazy("Two products with today's price, while they last"),
        "tag",
        DESIGNED,
        _offer,
    ),
    Ready(
        "thanks",
        gettext_lazy("Thank you"),
        gettext_lazy("A few warm words, signed by a person"),
        "star",
        DESIGNED,
        _thanks,
    ),
    Ready(
        "question",
        gettext_lazy("Question"),
        gettext_lazy("One thing worth remembering, answered by a tap"),
        "question-mark",
        DESIGNED,
        _question,
    ),
)
LIBRARY: Mapping[str, Ready] = {ready.key: ready for ready in _ALL}
