"""Amounts of money in words."""

from decimal import Decimal

from django.utils.formats import number_format

_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "CNY": "¥", "JPY": "¥"}
_WITHOUT_CENTS = {"JPY"}


def text(amount: Decimal, currency: str) -> str:
    """`£1,204.50`; a currency without a sign of its own stands behind: `12.00 CHF`. Grouped as the language does."""
    digits = number_format(amount, 0 if currency in _WITHOUT_CENTS else 2, use_l10n=True, force_grouping=True)
    sign = _SIGNS.get(currency)
    return f"{sign}{digits}" if sign else f"{digits} {currency}".strip()
