"""COPY fails as any other statement does, so that what can pass is tried again."""

import pytest
from django.db import IntegrityError, transaction

from engage.lib import sql


@pytest.mark.django_db
def test_copy_raises_the_errors_of_django():
    rows = [("twice", "Twice", 0), ("twice", "Twice", 1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        sql.copy("crm_contacts_topic", ("key", "label", "position"), rows)
