"""Reads on journeys: lists, one journey, who is on it, and what the walking belt counts."""

from datetime import datetime

from campaigns.journeys.models import Enrolment, Visit


def failed_since(since: datetime, reason: str) -> int:
    """How many walks ended for this fault of ours. One query."""
    return Enrolment.objects.filter(outcome=Enrolment.Outcome.FAILED, ended__gte=since, reason=reason).count()


def walked_since(since: datetime) -> int:
    """How many steps were walked. One query, on the newest blocks only."""
    return Visit.objects.filter(at__gte=since).count()
