"""What merge tags are called for whoever reads no Liquid."""

import pytest

from campaigns.channels.names import named_in_words, speaks_of_offer


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


@pytest.mark.parametrize(
    ("source", "speaks"),
    [
        ("Your code: {{ offer.code }}", True),
        ("{{- offer.url | upcase -}}", True),
        ("{% if offer %}Yours{% endif %}", True),
        ("{% if contact.name and offer %}Yours{% endif %}", True),
        ("{% assign said = offer.name %}", True),
        ("Our offer. {{ contact.first_name }}, this offer.", False),
        ("{% question offer %}", False),
        ("{% recall offers %}", False),
        ("{{ event.properties.offer }}", False),
        ("{{ special_offer.code }}", False),
    ],
)
def test_only_what_is_said_of_an_offer_counts_as_that(source: str, speaks: bool) -> None:
    assert speaks_of_offer(source) is speaks
