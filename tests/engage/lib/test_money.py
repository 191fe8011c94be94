from decimal import Decimal

import pytest
from django.utils import translation

from engage.lib import money


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [
        ("1204.5", "GBP", "en", "£1,204.50"),
        ("1204.5", "EUR", "es", "1204,50 €"),
        ("1204.5", "CNY", "zh-hans", "¥1204.50"),
        ("0", "GBP", "en", "£0.00"),
        ("1200", "JPY", "en", "¥1,200"),
        ("12", "CHF", "en", "12.00 CHF"),
        ("12", "", "en", "12.00"),
    ],
)
def test_money_is_written_as_people_write_it(amount, currency, language, words):
    with translation.override(language):
        assert money.text(Decimal(amount), currency).replace("1\xa0204", "1204").replace("\xa0", " ") == words
