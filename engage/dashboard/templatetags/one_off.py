"""How a version of a one-off message looks, whatever it goes by."""

from django import template

from campaigns.broadcasts.models import Broadcast, Variant
from campaigns.channels import port
from campaigns.channels.lengths import lengths, sample
from campaigns.channels.names import named_in_words
from campaigns.designs.parse import LETTER_KIND

register = template.Library()
register.filter("in_words", named_in_words)


@register.inclusion_tag("broadcasts/look.html")
def version_look(broadcast: Broadcast, version: Variant) -> dict:
    """The design in small, or the words as somebody called Alice would read them, and how long they are. One query
    where text messages are paid for."""
    channel, design = port.channel(broadcast.channel), version.design
    if channel.rich:
        return {"design": design}
    if design.kind != LETTER_KIND:
        return {"words": ""}
    content = design.contents[design.language]
    said = {"title": content["subject"], "body": content["body"]["text"], "unsubscribable": True}
    titled = channel.name != "sms"
    return {
        "title": said["title"] if titled else "",
        "words": sample(channel.name, **said),
        "lengths": lengths([channel.name], **said),
    }
