"""Rows that belong to a contact go with the contact in a merge, and come back."""

from django.apps import apps
from django.db.models import Model

from crm.contacts import merging
from crm.contacts.models import Contact


def with_fields(*names: str) -> set[type[Model]]:
    return {
        model
        for model in apps.get_models(include_auto_created=True)
        if set(names) <= {field.name for field in model._meta.local_fields if field.related_model is Contact}
    }


def test_every_table_that_is_recorded_for_somebody_follows_a_merge():
    assert {model._meta.db_table for model in with_fields("contact", "recorded_for")} == set(merging.tables)


def test_what_is_not_recorded_for_anybody_can_be_made_anew():
    """Membership is worked out from the rows that do follow, a sighting is the contact's own `last_seen`; nothing else
    may belong to a contact in this way."""
    loose = with_fields("contact") - with_fields("contact", "recorded_for")
    assert {model._meta.label for model in loose} == {"crm_segments.Membership", "crm_contacts.Sighting"}
