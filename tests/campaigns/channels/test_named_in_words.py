"""What merge tags are called for whoever reads no Liquid."""

import pytest

from campaigns.channels.names import named_in_words


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("New beans", "New beans"),
        ("Two for you, {{ contact.first_name | default: 'friend' }}", "Two for you, [first name]"),
        ("{{- order.number -}}: on its way", "[number]: on its way"),
        ("{% if contact.first_name %}Hello {{contact.first_name}}{% endif %}", "Hello [first name]"),
        ("{{ 'x' | upcase }} and {{", "[…] and {{"),
        ("", ""),
    ],
)
def test_a_name_stands_for_what_it_shows(source: str, shown: str) -> None:
    assert named_in_words(source) == shown
