"""Saved replies: what is often said, written once."""

from datetime import datetime

from django.db import transaction
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from crm.business.models import Business
from crm.business.queries import business
from crm.dialogue.models import SavedReply
from engage.lib.spoken import speak

MOST = 200


class TakenShortcut(ValueError):
    """Another saved reply has it."""


class TooManyReplies(ValueError):
    """Nobody finds anything among more."""


def save_reply(*, saved: SavedReply | None, shortcut: str, title: str, text: str, by: str, at: datetime) -> SavedReply:
    """A new one, or another wording; its Liquid was checked. Raises TakenShortcut, TooManyReplies."""
    with transaction.atomic():
        others = SavedReply.objects.exclude(pk=saved.pk if saved else 0)
        if others.filter(shortcut=shortcut).exists():
            raise TakenShortcut
        if saved is None and others.count() >= MOST:
            raise TooManyReplies
        kept = saved or SavedReply()
        kept.shortcut, kept.title, kept.text, kept.changed, kept.changed_by = shortcut, title, text, at, by
        kept.save()
        return kept


def remove_reply(saved: SavedReply) -> None:
    saved.delete()


def make_ready_replies(*, by: str, at: datetime) -> None:
    """Eight, where there are none, in the shop's language; those that nobody has changed follow it."""
    shop = business()
    with speak(shop.language):
        wanted = ready(shop)
    if not SavedReply.objects.exists():
        SavedReply.objects.bulk_create(
            SavedReply(ready=key, shortcut=shortcut, title=title, text=text, changed=at, changed_by=by)
            for key, (shortcut, title, text) in wanted.items()
        )
    for key, (shortcut, title, text) in wanted.items():
        SavedReply.objects.filter(ready=key, changed_by=by).update(shortcut=shortcut, title=title, text=text)


def ready(shop: Business) -> dict[str, tuple[str, str, str]]:
    """Shortcut, title and words of each, in the active language."""
    hello = _("Hello {{ contact.first_name | default: 'there' }},")
    open_ = {
        "days": ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in sorted(shop.open_days)),
        "from": f"{shop.open_from:%H:%M}",
        "until": f"{shop.open_until:%H:%M}",
    }
    said = {"hours": (_("hours"), _("When we are open"), _("We are here on %(days)s, %(from)s to %(until)s.") % open_)}
    said |= _always()
    return {key: (shortcut, title, f"{hello}\n\n{words}") for key, (shortcut, title, words) in said.items()}


def _always() -> dict[str, tuple[str, str, str]]:
    """Those that are the same in every shop, without a greeting."""
    return {
        "thanks": (_("thanks"), _("Thank you"), _("Thank you for telling us. It helps us more than you think.")),
        "parcel": (
            _("parcel"),
            _("Where the parcel is"),
            _(
                "I have asked where your parcel is and write to you as soon as I know. If it does not come, we send a "
                "new one: you lose nothing."
            ),
        ),
        "sorry": (
            _("sorry"),
            _("Something arrived broken or wrong"),
            _(
                "I am sorry that this happened. A new one goes out to you today; you need not send anything back. A "
                "photo would help us to do better."
            ),
        ),
        "refund": (
            _("refund"),
            _("Money back"),
            _("I have given the money back, the way you paid. It takes a few days until your bank shows it."),
        ),
        "more": (
            _("more"),
            _("A question back"),
            _("So that I can help: which order is it about, and what exactly happened?"),
        ),
        "stop": (
            _("stop"),
            _("Stopping a subscription"),
            _(
                "I have stopped it: nothing more is sent or charged. If there was a reason that we could mend, tell "
                "us, and if not, thank you for the time with us."
            ),
        ),
        "later": (
            _("later"),
            _("An answer later"),
            _("I want to give you a proper answer and have to ask first. You hear from me tomorrow at the latest."),
        ),
    }
