"""Rules as a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.segments.models import ObservedRule


def sentence(rule: ObservedRule) -> str:
    """`Bought from the same category 3 times in 90 days`."""
    what = rule.get_what_display().capitalize()
    times = ngettext("%(n)d time", "%(n)d times", rule.times) % {"n": rule.times}
    text = _("%(what)s %(times)s in %(days)d days") % {"what": what, "times": times, "days": rule.days}
    if rule.category and rule.what != ObservedRule.What.SEARCH:
        return _("%(text)s, only %(category)s") % {"text": text, "category": rule.category}
    return text
