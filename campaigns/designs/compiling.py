"""From a design to what is sent."""

from contextlib import AbstractContextManager
from dataclasses import replace

from django.conf import settings
from django.utils import translation

from campaigns.channels.compile import compile_design, compile_words, made_text
from campaigns.channels.port import Channel
from campaigns.channels.skeleton import Skeleton
from campaigns.designs.about import products_alone
from campaigns.designs.look import Look
from campaigns.designs.mjml import letter_blocks, to_mjml
from campaigns.designs.parse import DESIGNED, LETTER_KIND, MJML, Json
from engage.lib.spoken import spoken


def skeleton(kind: str, content: Json, look: Look, *, language: str, unsubscribable: bool = True) -> Skeleton:
    """Of a content whose `checks` found nothing that stops. What we say by ourselves is in its language.

    Raises LiquidError and channels.document.BadMarkup.
    """
    with speaking(language):
        body, shape = source(kind, content, look, language=language, unsubscribable=unsubscribable)
        made = compile_design(content["subject"], body, shape, unsubscribable=unsubscribable, text=content["text"])
    return replace(made, about=products_alone(kind, content["body"]))


def words(content: Json, channel: Channel, *, language: str, unsubscribable: bool = True, text: str = "") -> Skeleton:
    """Of a letter, as a channel says it that shows no design: `text`, else the letter's own.

    Raises LiquidError and channels.document.BadMarkup.
    """
    with speaking(language):
        ending = channel.ending(unsubscribable=unsubscribable)
    return compile_words(content["subject"], text or content["body"]["text"], ending=ending)


def text_made(kind: str, content: Json, look: Look, *, language: str) -> str:
    """The plain text that is sent while nobody wrote one. Raises channels.document.BadMarkup."""
    with speaking(language):
        body, shape = source(kind, content, look, language=language, unsubscribable=True)
        return made_text(body, shape)


def source(kind: str, content: Json, look: Look, *, language: str, unsubscribable: bool) -> tuple[str, str]:
    """The Liquid source and its kind, as the channels compile it. In the active language."""
    body = content["body"]
    if kind not in (LETTER_KIND, DESIGNED):
        return body["source"], kind
    letter = kind == LETTER_KIND
    mjml = to_mjml(
        letter_blocks(body) if letter else body["blocks"],
        look,
        preheader=content["preheader"],
        language=language,
        letter=letter,
        unsubscribable=unsubscribable,
    )
    return mjml, MJML


def speaking(language: str) -> AbstractContextManager[None]:
    """The language of a content, where we have words in it; else our own."""
    return translation.override(spoken(language) or settings.LANGUAGE_CODE)
