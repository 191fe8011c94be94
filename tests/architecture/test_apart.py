"""Processes of tests that run side by side share nothing that one of them empties."""

import os

from django.conf import settings


def test_each_process_of_tests_has_a_cache_and_a_broker_of_its_own():
    assert settings.CACHES["default"]["LOCATION"] == os.environ["CACHE_URL"]
    assert os.environ["CELERY_BROKER_URL"] == settings.BROKER_URL
