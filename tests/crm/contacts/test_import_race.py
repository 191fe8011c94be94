"""Two imports of the same people at the same time make each person once."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection

from crm.business.queries import fresh_business
from crm.contacts.models import Contact, Identity


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_make_each_person_once(tmp_path):
    fresh_business()
    rows = [f"race{n}@shop.example,07700 9{n:05}\n" for n in range(6_000)]
    paths = [tmp_path / "forth.csv", tmp_path / "back.csv"]
    paths[0].write_text("email,phone\n" + "".join(rows))
    paths[1].write_text("email,phone\n" + "".join(reversed(rows)))

    def run(path) -> str:
        out = io.StringIO()
        try:
            call_command("import_contacts", str(path), stdout=out)
        finally:
            connection.close()
        return out.getvalue()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, paths))
    assert Contact.objects.count() == len(rows)
    assert Identity.objects.count() == 2 * len(rows)
    assert Identity.objects.values("contact").distinct().count() == len(rows)
