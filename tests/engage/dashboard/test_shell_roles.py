"""Every page of the dashboard says who may open it, and refuses everybody else."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, reverse

from crm.business.models import User
from engage.dashboard import urls
from engage.dashboard.shell.roles import role
from tests import cast

OPEN_TO_STRANGERS = {"start", "start_demo", "start_loading", "start_own", "start_you"}
"""The first pages of the first run, which exist only while nobody owns the house."""


@role("owner", "marketer")
def writers_only(request) -> HttpResponse:
    return HttpResponse("written")


def ask(user: User):
    request = RequestFactory().get("/somewhere/?tab=2")
    request.user = user
    return writers_only(request)


@pytest.mark.parametrize(("who", "may"), [("owner", True), ("marketer", True), ("agent", False)])
def test_a_role_opens_or_refuses(who: str, may: bool) -> None:
    user = User(role=who)
    if may:
        assert ask(user).content == b"written"
    else:
        with pytest.raises(PermissionDenied):
            ask(user)


def test_a_role_that_does_not_exist_is_refused_when_the_view_is_made() -> None:
    with pytest.raises(ValueError, match="no such role: manager"):
        role("manager")


def patterns(resolver) -> Iterator[URLPattern]:
    for entry in resolver:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns)
        else:
            yield entry


def roles_of(view) -> object:
    while view is not None and not hasattr(view, "roles"):
        view = getattr(view, "__wrapped__", None)
    return getattr(view, "roles", None)


@pytest.mark.parametrize("pattern", list(patterns(urls.urlpatterns)), ids=lambda pattern: pattern.name)
def test_every_page_states_its_roles(pattern: URLPattern) -> None:
    assert roles_of(pattern.callback) or pattern.name in OPEN_TO_STRANGERS


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_and_back(client: Client) -> None:
    cast.olga()
    answer = client.get(reverse("home") + "?day=3")
    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next=/%3Fday%3D3"


@pytest.mark.django_db
def test_htmx_takes_the_whole_page_to_sign_in(client: Client) -> None:
    cast.olga()
    answer = client.get(reverse("home"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("account_login")


@pytest.mark.django_db
def test_a_colleague_of_another_role_reads_why(client: Client) -> None:
    client.force_login(cast.ada())
    answer = client.get(reverse("settings_business"))
    assert answer.status_code == 403
    assert "This page is not for your role" in answer.content.decode()
