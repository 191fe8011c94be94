"""The measure of the import is a ratio, and leaves people who are there alone."""

import pytest

from crm.contacts.models import Contact
from engage.bench import imports

pytestmark = pytest.mark.django_db(transaction=True)


def test_importing_is_measured_beside_copying_the_same_rows():
    measured = imports.measure(rows=2_000)
    assert measured["ratio"] == pytest.approx(measured["import_per_second"] / measured["copy_per_second"], abs=0.01)
    assert measured["ratio"] >= 0.1
    assert Contact.objects.count() == 2_000


def test_a_database_with_people_is_not_touched():
    Contact.objects.create(name="Alice")
    with pytest.raises(imports.NotEmpty):
        imports.measure(rows=10)
    assert Contact.objects.get().name == "Alice"
