from django.db.models import QuerySet

from campaigns.contests.models import Contest, Share

MOST = 200


def shares(contest: Contest) -> QuerySet[Share]:
    """The ones that something came of, most visited first, with whose they are."""
    came = Share.objects.filter(contest=contest).exclude(shares=0, visits=0, entries=0, votes=0)
    return came.select_related("contest", "contact", "entry").order_by("-visits", "-entries", "-id")
