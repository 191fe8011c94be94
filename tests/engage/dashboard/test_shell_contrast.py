"""Text stands out at 5:1, by day and by night; so do the borders of inputs at 3:1."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from engage.lib.colour import contrast, readable_on

CSS = Path(settings.BASE_DIR) / "static" / "engage"
TEXT_ON = {
    "ink": ("paper", "surface", "sunken"),
    "muted": ("paper", "surface", "sunken"),
    "primary": ("paper", "surface"),
    "primary-strong": ("paper", "surface", "sunken"),
    "on-primary": ("primary", "primary-strong"),
    "remembered": ("remembered-paper", "surface"),
    "held": ("held-paper", "surface"),
    "wrong": ("wrong-paper", "surface", "paper"),
    "paper": ("ink", "wrong"),
}
CUSTOMER_TEXT_ON = {
    "ink": ("paper", "surface", "sunken"),
    "muted": ("paper", "surface"),
    "remembered": ("remembered-paper",),
    "wrong": ("wrong-paper",),
}


def dashboard(scheme: str) -> dict[str, str]:
    declared = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", (CSS / "tokens.css").read_text())
    return {name: (day if scheme == "light" else night).upper() for name, day, night in declared}


def customers(scheme: str) -> dict[str, str]:
    day, night = (CSS / "customer.css").read_text().split("@media (prefers-color-scheme: dark)")
    night = night[: night.index("*, ::before")]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", day))
    return colours | (dict(re.findall(r"--([\w-]+): (#\w{6});", night)) if scheme == "dark" else {})


def pairs(text_on: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(text, ground) for text, grounds in text_on.items() for ground in grounds]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), pairs(TEXT_ON))
def test_text_of_the_dashboard_stands_out(scheme: str, text: str, ground: str) -> None:
    colours = dashboard(scheme)
    assert contrast(colours[text], colours[ground]) >= 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), pairs(CUSTOMER_TEXT_ON))
def test_text_of_customers_pages_stands_out(scheme: str, text: str, ground: str) -> None:
    colours = customers(scheme)
    assert contrast(colours[text], colours[ground]) >= 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colours", [dashboard, customers])
def test_borders_of_inputs_can_be_seen(scheme: str, colours) -> None:
    chosen = colours(scheme)
    assert contrast(chosen["edge"], chosen["surface"]) >= 3
    assert contrast(chosen["edge"], chosen["paper"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_palettes_are_the_same_paper(scheme: str) -> None:
    ours, theirs = dashboard(scheme), customers(scheme)
    shared = ours.keys() & theirs.keys()
    assert {"paper", "ink", "muted", "remembered"} <= shared
    assert {name: ours[name] for name in shared} == {name: theirs[name].upper() for name in shared}


def test_every_colour_that_is_used_is_declared() -> None:
    declared = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text()))
    used = {
        name
        for sheet in ("tokens.css", "paper.css", "paper-lists.css", "paper-forms.css", "shell.css")
        for name in re.findall(r"var\(--([\w-]+)\)", (CSS / sheet).read_text())
        if not name.startswith("tblr-")
    }
    assert used <= declared


@pytest.mark.parametrize("shop", ["#FFFFFF", "#000000", "#1F6F5C", "#FFD400", "#808080", "#C9922E", "#D01C1F"])
def test_words_on_the_shops_own_colour_can_be_read(shop: str) -> None:
    assert contrast(readable_on(shop), shop) >= 3.9


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#1F6F5C", "#1F6F5C") == 1
