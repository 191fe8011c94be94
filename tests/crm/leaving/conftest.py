"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture(autouse=True)
def with_a_database(db):
    pass


@pytest.fixture
def ada(db):
    """She talks with people who may be leaving."""
    from crm.business.actions import update_business
    from tests import cast

    ada = cast.ada()
    update_business(by="Olga", at=cast.NOON, leaving_colleague=ada)
    return ada


@pytest.fixture
def stopping(db):
    """A subject of the contact form, ticked."""
    from crm.dialogue.actions import add_subject
    from crm.leaving.actions import tick
    from crm.leaving.models import Kind
    from tests import cast

    subject = add_subject(label="Stopping my subscription", by="Olga", at=cast.NOON)
    tick(kind=Kind.SUBJECT, ref=subject.key, label=subject.label, by="Olga", at=cast.NOON)
    return subject


@pytest.fixture
def case(alice, ada, stopping):
    """Alice asked a moment ago how to stop, and the belt has heard it."""
    from crm.dialogue.actions import say
    from crm.leaving.models import Case
    from engage import listen
    from engage.lib import clock

    say(contact=alice, text="How do I stop?", channel="site", at=clock.now(), chosen=stopping)
    listen.run()
    return Case.objects.get()
