"""The addresses of a contest, and the proof that an entry is somebody's own, which shows how it stands and no more."""

from django.conf import settings
from django.urls import reverse

from campaigns.contests.form import PHOTO
from campaigns.contests.models import Entry
from campaigns.surveys.models import Response
from engage.lib import tokens

OWN = "entered"


def contest_path(key: str) -> str:
    return reverse("public_contest", args=[key])


def contest_url(key: str) -> str:
    return settings.PUBLIC_URL + contest_path(key)


def draw_url(key: str) -> str:
    return settings.PUBLIC_URL + reverse("public_draw", args=[key])


def entry_path(key: str, entry: Entry) -> str:
    return reverse("public_entry", args=[key, entry.uid])


def entry_url(key: str, entry: Entry) -> str:
    return settings.PUBLIC_URL + entry_path(key, entry)


def own_path(key: str, entry: Entry) -> str:
    return f"{entry_path(key, entry)}?own={tokens.sign(OWN, str(entry.uid))}"


def is_own(entry: Entry, token: str) -> bool:
    try:
        return tokens.read_parts(OWN, token, 1) == [str(entry.uid)]
    except ValueError:
        return False


def after_entering(response: Response) -> str:
    """The path for whoever gave this answer, '' where it is no entry. One query, none where no photo was sent."""
    if PHOTO not in response.answers:
        return ""
    entry = Entry.objects.filter(response=response.pk).first()
    return own_path(response.survey.key, entry) if entry else ""
