"""How many queries a page takes."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.business.queries import business, forget_cached, has_teams


def queries_of(client: Client, url: str) -> int:
    """The queries of one GET, those for the settings left out: they are cached by time."""
    forget_cached()
    with CaptureQueriesContext(connection) as first:
        business(), has_teams()
    forget_cached()
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    asked = {query["sql"] for query in first.captured_queries}
    return len([query for query in made.captured_queries if query["sql"] not in asked])
