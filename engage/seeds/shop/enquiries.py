"""What people can say they write about, and what of it often comes before leaving; Ada talks with these people."""

from datetime import datetime

from crm.business.actions import update_business
from crm.business.models import User
from crm.dialogue.actions import add_subject
from crm.leaving.actions import tick
from crm.leaving.models import Kind

STOPPING = "Stopping my subscription"
SUBJECTS = ("Where is my parcel?", "Something is not right with my order", "Coffee for a café", STOPPING)
TAG = "may leave"


def offer(team: dict[str, User], at: datetime) -> None:
    by = str(team["owner"])
    for label in SUBJECTS:
        subject = add_subject(label=label, by=by, at=at)
        if label == STOPPING:
            tick(kind=Kind.SUBJECT, ref=subject.key, label=label, by=by, at=at)
    tick(kind=Kind.TAG, ref=TAG, label=TAG, by=by, at=at)
    update_business(by=by, at=at, leaving_colleague=team["agent"])
