"""A customer's link is as good as a key, so no log line repeats it."""

import logging
from logging.config import DictConfigurator

import pytest
from django.conf import settings
from django.test import Client

from engage.lib import tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    """What the log's own formatter makes of the records."""
    formatter = DictConfigurator(settings.LOGGING).configure_formatter(dict(settings.LOGGING["formatters"]["line"]))

    def written() -> str:
        return "\n".join(formatter.format(record) for record in caplog.records)

    with caplog.at_level(logging.DEBUG):
        yield written


@pytest.mark.parametrize("path", ["/m/{}", "/u/{}", "/c/{}.3", "/m/{}/nowhere"])
def test_a_refused_link_stands_in_no_log_line(path, lines):
    token = tokens.sign("x", "0193a1f0-0000-7000-8000-000000000000", 17)
    response = Client().get(path.format(token))
    assert response.status_code >= 400
    assert "WARNING django.request" in lines()
    assert token not in lines()
    assert token.partition(".")[2] not in lines()


def test_ordinary_names_stay_readable(lines):
    logging.getLogger("engage").warning("campaigns.channels.handing_of_mail /static/tabler/css/tabler.min.css")
    assert "campaigns.channels.handing_of_mail /static/tabler/css/tabler.min.css" in lines()
