"""Under which tab of the room the pages of one survey stand."""

from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import Survey
from engage.dashboard.shell.requests import StaffRequest


def stand(request: StaffRequest, survey: Survey) -> None:
    """Where it is listed: a sign-up form among those. No query."""
    request.tab = "sign_up_forms" if parse(survey.draft).permission else "surveys"
