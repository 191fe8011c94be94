"""Foreign keys, which may be strings that no import shows, keep the order of the rooms too."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import ForeignObject

from tests.architecture.layers import HEIGHTS, may_know, room_of


def our_relations() -> Iterator[ForeignObject]:
    for model in apps.get_models(include_auto_created=True):
        if room_of(model.__module__):
            for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
                if field.is_relation and room_of(field.related_model.__module__):
                    yield field


def test_every_room_that_is_installed_has_a_place_in_the_order():
    ours = {config.name for config in apps.get_app_configs() if config.name.split(".")[0] in {"crm", "campaigns"}}
    assert ours <= set(HEIGHTS)


def test_no_relation_points_up():
    wrong = [
        f"{field} → {field.related_model.__name__}"
        for field in our_relations()
        if not may_know(room_of(field.related_model.__module__), room_of(field.model.__module__))
    ]
    assert wrong == []


def test_campaigns_leave_no_trace_in_the_models_of_the_crm():
    wrong = [
        str(field)
        for field in our_relations()
        if field.model.__module__.startswith("campaigns.")
        and field.related_model.__module__.startswith("crm.")
        and not field.remote_field.hidden
    ]
    assert wrong == [], 'these need related_name="+"'


@pytest.mark.parametrize(
    ("low", "high", "allowed"),
    [
        ("crm.contacts", "campaigns.plans", True),
        ("campaigns.plans", "crm.contacts", False),
        ("crm.catalog", "crm.dialogue", False),
        ("crm.events", "crm.events", True),
    ],
)
def test_the_order_is_read_as_it_is_meant(low, high, allowed):
    assert may_know(low, high) is allowed
