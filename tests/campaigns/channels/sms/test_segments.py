"""A text message is paid by its segments (3GPP TS 23.038)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels.sms.segments import segments


@pytest.mark.parametrize(
    ("text", "count", "alphabet", "left"),
    [
        ("", 1, "GSM", 160),
        ("a" * 160, 1, "GSM", 0),
        ("a" * 161, 2, "GSM", 145),
        ("a" * 306, 2, "GSM", 0),
        ("a" * 307, 3, "GSM", 152),
        ("€" * 80, 1, "GSM", 0),
        ("é" * 160, 1, "GSM", 0),
        ("ç", 1, "UCS-2", 69),
        ("茶" * 70, 1, "UCS-2", 0),
        ("茶" * 71, 2, "UCS-2", 63),
        ("🍵" * 35, 1, "UCS-2", 0),
        ("🍵" * 36, 2, "UCS-2", 61),
    ],
)
def test_segments_are_counted_as_networks_count_them(text: str, count: int, alphabet: str, left: int) -> None:
    found = segments(text)
    assert (found.count, found.alphabet, found.left) == (count, alphabet, left)


def test_a_character_that_counts_twice_is_not_cut_in_two() -> None:
    assert segments("a" * 152 + "€" + "a" * 152).count == 3
    assert segments("茶" * 66 + "🍵" + "茶" * 66).count == 3


@given(st.text(max_size=900))
def test_a_longer_text_never_takes_fewer_segments_and_what_is_left_fits(text: str) -> None:
    found = segments(text)
    assert found.count <= segments(text + "a").count
    if found.left > 0 and found.count > 1:
        assert segments(text + "a").count == found.count
