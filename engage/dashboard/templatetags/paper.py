"""Tags of shop paper, `{% load paper %}`. The partials that go with them are in templates/paper/."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import CheckboxInput, Field
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engage.dashboard.shell import charts, times, toasts
from engage.dashboard.shell.icons import PATHS
from engage.lib import clock

register = template.Library()

PROVENANCE = {
    "stated": ("●", gettext_lazy("told us")),
    "observed": ("○", gettext_lazy("noticed")),
    "inferred": ("◌", gettext_lazy("guessed")),
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "send" %}`: an outline beside a text; readers of the page aloud skip it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        PATHS[name],
    )


@register.simple_tag
def provenance(kind: str) -> SafeString:
    """`{% provenance preference.kind %}`: ● told us, ○ noticed, ◌ guessed."""
    sign, word = PROVENANCE[kind]
    return format_html(
        '<span class="provenance provenance-{}"><span class="provenance-sign" aria-hidden="true">{}</span>{}</span>',
        kind,
        sign,
        word,
    )


@register.filter
def initials(name: str) -> str:
    """`Maya Lindqvist` → `ML`; one name gives its first letter, nobody a dot."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "·"


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """`{{ message.at|moment }}`: `9:40`, `Tue 9:40`, `4 May`, with the full time on it."""
    return _time(at, times.moment(at, clock.now())) if at else ""


@register.filter
def day(at: datetime | None) -> SafeString | str:
    """`{{ consent.at|day }}`: `4 May`, `4 May 2025`."""
    return _time(at, times.day(at, clock.now())) if at else ""


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """`{{ conversation.last_customer|ago }}`: `3 h ago`."""
    return _time(at, times.ago(at, clock.now())) if at else ""


@register.filter
def lasting(span: timedelta | None) -> str:
    """`{{ longest|lasting }}`: `42 minutes`, `3 h`, `9 days`."""
    return times.lasting(span) if span is not None else ""


def _time(at: datetime, words: str) -> SafeString:
    full = localtime(at).strftime("%Y-%m-%d %H:%M %Z")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), full, words)


@register.inclusion_tag("paper/day_bars.html")
def day_bars(finding: str, days: Sequence[charts.Day], counted: str = "", rest: str = "") -> dict:
    """`{% day_bars _("120 go out this week") days _("go out") _("wait") %}`: days are (label, value, rest[, url])."""
    return {"finding": finding, "bars": charts.bars(days), "counted": counted, "rest": rest}


@register.simple_tag
def sparkline(values: Sequence[float], said: str) -> SafeString:
    """`{% sparkline values _("replies, rising") %}`: a line in a row, with words for who cannot see it."""
    return format_html(
        '<svg class="trendline" viewBox="0 0 96 24" role="img" aria-label="{}">'
        '<polyline class="trend" points="{}"/></svg>',
        said,
        charts.line(values),
    )


@register.filter
def undo_url(message: Message) -> str:
    """The url that takes back what a toast tells of, or nothing."""
    return toasts.undo_url(message.extra_tags or "")


@register.filter
def is_checkbox(field: Field) -> bool:
    """Whether the label stands behind the box."""
    return isinstance(field.widget, CheckboxInput)


@register.simple_tag
def people(count: int) -> str:
    """`1 person`, `12 people`."""
    return _("1 person") if count == 1 else _("%(count)d people") % {"count": count}


@register.filter
def without(key: str, query: QueryDict) -> str:
    """`{{ filter.key|without:request.GET }}`: the same page without this choice, from its beginning."""
    left = query.copy()
    for name in (key, "cursor"):
        left.pop(name, None)
    return f"?{left.urlencode()}"
