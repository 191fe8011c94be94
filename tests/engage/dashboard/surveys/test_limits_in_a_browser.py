"""Limits, languages and suspects as the owner sees them: by day and night, on a desk and on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Response
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.questions import MILK, STARS, published
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_pages_of_limits_languages_and_suspects(live_server, collected_static, browser: Browser):
    milk = MILK | {"texts": {"es": {"text": "¿Qué leche tomas?"}}}
    survey = published(milk, STARS, languages=["es", "ar"])
    limits = parse_limits({"most": 200, "quotas": [{"question": "milk", "choice": 1, "most": 30}], "once": "address"})
    set_limits(survey=survey, limits=limits, by="Max", at=clock.now())
    said = {"milk": {"value": "oat milk", "words": "oat milk", "chosen": ["1"], "question": MILK["text"]}}
    kept = {"version": survey.current, "state": "suspect", "answers": said, "finished": clock.now()}
    Response.objects.create(survey=survey, occasion="page:1", **kept)
    max_ = cast.max_()
    for size, scheme in LOOKS:
        context = signed_in(browser, live_server.url, max_, size, scheme)
        page = context.new_page()
        for name in ("limit_survey", "survey_texts", "suspect_answers", "edit_survey"):
            page.goto(live_server.url + reverse(name, args=[survey.uid]))
            looked_at(page, f"{name}-{size['width']}-{scheme}")
        context.close()
