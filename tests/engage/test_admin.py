"""Django's admin shows every model, to owners only."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from tests import cast

OURS = [model for model in apps.get_models() if model.__module__.startswith(("crm.", "campaigns."))]


def test_every_model_is_in_the_admin() -> None:
    assert [model.__name__ for model in OURS if not admin.site.is_registered(model)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_list_opens_for_an_owner(client: Client, model) -> None:
    client.force_login(cast.olga())
    assert client.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("colleague", [cast.ada, cast.max_])
def test_nobody_else_gets_in(client: Client, colleague) -> None:
    client.force_login(colleague())
    assert client.get("/admin/crm_contacts/contact/").status_code == 302
