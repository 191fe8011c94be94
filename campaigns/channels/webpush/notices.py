"""A message as a notification: a title, a few words, where a click leads, and the way to have fewer."""

from dataclasses import asdict, dataclass

import orjson
from django.utils.translation import gettext as _

from campaigns.channels import contents
from campaigns.channels.port import Ready
from campaigns.channels.skeleton import link_target, splice
from crm.business.models import Business
from crm.dialogue.links import click_url, you_url
from engage.lib.spoken import speak

LONGEST = 3993
"""Bytes: what push services take in one piece (RFC 8030: 4,096), less what encryption adds (RFC 8188: 103)."""
LONGEST_WORDS = 1000
"""Characters of what owners write; systems show 100 to 200 of them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`tag`: of two with the same one, the later replaces the earlier. `less` leads to the person's switches."""

    title: str
    body: str
    url: str
    tag: str
    less: str = ""
    less_words: str = ""

    def payload(self) -> bytes:
        """What our service worker reads."""
        return orjson.dumps(asdict(self))


def notice_of(item: Ready, shop: Business) -> Notice:
    """Its first link is what a click opens, counted as every click is."""
    uid = item.message.uid
    skeleton, slots = contents.load(item.written.content), item.written.slots
    rendered, url = splice(skeleton, slots), ""
    text = rendered.text
    if link_target(skeleton, slots, 0):
        url = f"{click_url(uid)}.0"
        text = text.replace(f"<{url}>", "").replace(url, "")
    with speak(item.person["language"], shop.language):
        less = _("Fewer or none")
    return Notice(rendered.subject or shop.name, text.strip(), url, str(uid), you_url(uid), less)
