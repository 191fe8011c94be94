"""Amounts of money in words."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language

_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "CNY": "¥", "JPY": "¥"}
_WITHOUT_CENTS = {"JPY"}
_BEHIND = {"es", "ar"}
"""Languages that write the sign behind."""


def text(amount: Decimal, currency: str) -> str:
    """`£1,204.50`, in Spanish `1204,50 £`; a currency without a sign of its own stands behind: `12.00 CHF`. Grouped as
    the language does."""
    digits = number_format(amount, 0 if currency in _WITHOUT_CENTS else 2, use_l10n=True, force_grouping=True)
    sign = _SIGNS.get(currency)
    if sign and get_language() not in _BEHIND:
        return f"{sign}{digits}"
    return f"{digits}\N{NO-BREAK SPACE}{sign}" if sign else f"{digits} {currency}".strip()
