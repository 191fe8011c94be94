"""Survey pages have the business look, as far as it can be read."""

import pytest
from django.urls import reverse
from hypothesis import given, strategies
from playwright.sync_api import Browser

from campaigns.designs.keeping import change_style
from campaigns.designs.look import DARK_INK, DARK_PAPER, INK, Look
from campaigns.surveys.theme import SURFACE, pairs, theme
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from engage.lib import clock
from engage.lib.colour import adjusted, contrast
from tests import cast
from tests.campaigns.surveys.every_kind import question
from tests.campaigns.surveys.questions import published
from tests.engage.dashboard.looking import PHONE, looked_at

COLOURS = strategies.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")
HOSTILE = [("#FFFF00", "#FFFF00"), ("#777777", "#7A7A7A"), ("#FFFFFF", "#000000"), ("#FF0000", "#00FF00")]


@given(colour=COLOURS, background=COLOURS)
def test_whatever_the_colours_are_everything_can_be_read(colour, background):
    found = theme(Look(colour=colour, background=background))
    for colours, surface, ink in ((found.light, SURFACE, INK), (found.dark, DARK_PAPER, DARK_INK)):
        for one, other, least in pairs(colours, surface, ink):
            assert contrast(one, other) >= least, (one, other)


@given(colour=COLOURS, on=COLOURS)
def test_a_colour_that_reads_well_stays_and_another_reaches_the_contrast(colour, on):
    found = adjusted(colour, on, 4.5)
    assert contrast(found, on) >= 4.5 and (found == colour) == (contrast(colour, on) >= 4.5)


def test_the_owner_is_told_what_was_changed_and_nothing_where_nothing_was():
    (by_night,) = theme(Look()).notes
    assert "by night" in by_night
    assert [note.count("#FFFF00") for note in theme(Look(colour="#FFFF00")).notes] == [1]
    assert theme(Look(colour="red; }", background="")).light.main == Look().colour


@pytest.fixture
def look(db):
    def set_to(colour: str, background: str, font: str = "serif") -> None:
        now = clock.now()
        change_style(background=background, font=font, by="Olga", at=now)
        update_business(by="Olga", at=now, colour=colour)
        forget_cached()

    return set_to


def test_pages_and_notices_have_colours_logo_and_writing_and_the_builder_says_what_was_changed(client, look):
    look("#FFFF00", "#101010")
    survey = published()
    for url in ("/s/coffee/", "/s/nothing/", "/s/coffee/?t=x"):
        page = client.get(url).content.decode()
        assert "--paper: #101010" in page and "Georgia" in page
    client.force_login(cast.max_())
    said = client.get(reverse("edit_survey", args=[survey.uid])).content.decode()
    assert "#FFFF00 hardly shows on white" in said and "your background #101010" in said


@pytest.mark.django_db(transaction=True)
def test_hostile_colours_are_read_by_day_and_night(live_server, collected_static, browser: Browser, look):
    types = ("one_of", "stars", "smileys", "ces", "slider", "consent", "text", "photo")
    published(*(question(type) for type in types), intro="A few words before.")
    for colour, background in HOSTILE:
        look(colour, background)
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=PHONE, color_scheme=scheme, reduced_motion="reduce")
            page = context.new_page()
            page.goto(f"{live_server.url}/s/coffee/")
            page.get_by_label("oat milk").check()
            page.get_by_label("5", exact=True).first.check()
            looked_at(page, f"theme-{colour[1:]}-{background[1:]}-{scheme}")
            context.close()
