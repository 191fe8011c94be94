"""The addresses of a poll: its page, and the proof that somebody voted, which shows what came of it and no more."""

from django.conf import settings
from django.urls import reverse

from campaigns.polls.models import Poll
from campaigns.surveys.models import Response
from engage.lib import ids, tokens


def poll_path(key: str) -> str:
    return reverse("poll", args=[key])


def poll_url(key: str) -> str:
    return settings.PUBLIC_URL + poll_path(key)


def after_voting(response: Response) -> str:
    """The path for whoever gave this answer, '' where it belongs to no poll. One query."""
    if not Poll.objects.filter(survey=response.survey_id).exists():
        return ""
    return f"{poll_path(response.survey.key)}?voted={tokens.sign('voted', response.survey_id, str(response.uid))}"


def has_voted(poll: Poll, token: str) -> bool:
    """At most one query."""
    try:
        survey, uid = tokens.read("voted", token)
    except ValueError:
        return False
    if survey != str(poll.survey_id) or not ids.is_uid(uid):
        return False
    return Response.objects.filter(uid=uid, survey=poll.survey_id, state=Response.State.FINAL).exists()
