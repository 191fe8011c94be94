"""Codes are read, typed and pasted by people in a hurry."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.offers.codes import ALPHABET, LONGEST, SIGNS, fresh, pasted, typed


@given(st.integers(0, 200))
def test_new_codes_are_all_different_and_of_signs_that_nobody_takes_for_others(n: int) -> None:
    found = fresh(n)
    assert len(found) == len(set(found)) == n
    assert all(re.fullmatch(f"[{ALPHABET}]{{{SIGNS}}}", code) for code in found)
    assert not set(ALPHABET) & set("01OILZSBAEU") and len(set(ALPHABET)) == len(ALPHABET) == 25


def test_a_code_that_is_known_is_not_made_again(monkeypatch) -> None:
    signs = iter("CCCCCCCC" + "CCCCCCCC" + "DDDDDDDD")
    monkeypatch.setattr("campaigns.offers.codes.secrets.choice", lambda alphabet: next(signs))
    assert fresh(1, known={"CCCCCCCC"}) == ["DDDDDDDD"]


@given(st.lists(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=",;"), min_size=1)))
def test_codes_can_be_pasted_in_any_of_the_usual_ways(codes: list[str]) -> None:
    good = [code for code in codes if len(code) <= LONGEST]
    once = {code.upper(): code for code in reversed(good)}
    for between in ("\n", "\r\n", ", ", ";", "\t", " \n\n "):
        found, wrong = pasted(between.join(codes))
        assert {code.upper(): code for code in found} == once and len(found) == len(once)
        assert len(wrong) == len(codes) - len(good)


@given(st.text())
def test_whatever_is_pasted_or_typed_breaks_nothing(text: str) -> None:
    found, wrong = pasted(text)
    assert all(re.fullmatch(r"[!-~]{1,40}", code) for code in found)
    assert all("\x00" not in one and len(one) <= LONGEST for one in wrong)
    assert all(one and "\x00" not in one and len(one) <= 2 * LONGEST * 3 for one in typed(text))


@pytest.mark.parametrize("text", ["k7mq 43tv", "K7MQ-43TV", "  k7mq43tv\n", "K7MQ43TV"])
def test_a_code_is_found_however_it_is_typed(text: str) -> None:
    assert "K7MQ43TV" in typed(text)


def test_a_code_of_a_till_keeps_its_dashes() -> None:
    assert "SPRING-10-A" in typed("spring-10-a")
