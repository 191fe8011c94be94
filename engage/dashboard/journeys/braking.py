"""A journey that paused itself, in words."""

from django.utils.translation import gettext as _

from campaigns.journeys import brake as limits
from campaigns.journeys.models import Brake


def brake_words(brake: Brake) -> str:
    """Why a journey paused itself."""
    if brake.why == Brake.Why.HOUR:
        words = _("It paused itself on its first day: it would have sent more than {most} messages in an hour.")
        return words.format(most=limits.MOST_AN_HOUR)
    words = _(
        "It paused itself on its first day: it would have sent more than {most} messages, three times as many as on "
        "the busiest day of its backtest."
    )
    return words.format(most=brake.a_day)
