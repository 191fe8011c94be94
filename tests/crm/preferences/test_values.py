"""What a type makes of a value: nothing is cast, nothing is lost, and whatever is thrown at it becomes text or JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.preferences import values
from crm.preferences.models import PreferenceKey

TYPES = [str(type) for type in PreferenceKey.Type]
RAW = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.lists(st.one_of(st.text(), st.integers()))
)


CHOICES = st.lists(st.text(st.characters(exclude_characters="\0"), min_size=1), max_size=3)
"""As a key has them: from the database, which keeps no NUL."""


@given(st.sampled_from(TYPES), RAW, CHOICES)
def test_anything_is_read_or_kept_in_conflict_and_can_be_stored(type: str, raw: object, choices: list[str]) -> None:
    if values.nothing(raw):
        return
    found = values.read(type, raw, choices)
    assert len(found.text) <= values.LONGEST_VALUE and "\x00" not in found.text
    if found.typed is not None:
        assert "\\u0000" not in found.typed
        json.loads(found.typed, parse_constant=pytest.fail)


@given(st.sampled_from(TYPES), RAW)
def test_what_fits_fits_again_from_how_it_is_kept(type: str, raw: object) -> None:
    if values.nothing(raw):
        return
    found = values.read(type, raw)
    if found.fits:
        kept = values.raw(found.text, json.loads(found.typed) if found.typed else None)
        assert values.read(type, kept).fits


@given(RAW)
def test_a_value_fits_the_type_that_was_guessed_from_it(raw: object) -> None:
    if not values.nothing(raw) and not (isinstance(raw, float) and raw != raw or raw in (float("inf"), -float("inf"))):
        assert values.read(values.infer(raw), raw).fits or abs(raw) > 2**1000  # type: ignore[arg-type, operator]


@pytest.mark.parametrize(
    ("type", "raw", "fits"),
    [
        ("text", 38, False),
        ("text", True, False),
        ("text", ["a"], False),
        ("number", "38", True),
        ("number", "38 or so", False),
        ("number", True, False),
        ("date", "2026-02-29", False),
        ("date", "2028-02-29", True),
        ("date", "29/02/2028", False),
        ("boolean", "Sí", True),
        ("boolean", "perhaps", False),
        ("boolean", 1, False),
        ("boolean", ["yes"], False),
        ("list", "one", True),
        ("list", 5, False),
    ],
)
def test_only_what_reads_exactly_as_the_type_fits(type: str, raw: object, fits: bool) -> None:
    assert values.read(type, raw).fits is fits
