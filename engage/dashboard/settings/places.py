"""What a country sets: time zone, currency and language, so that the first run asks one question instead of four.

A shop somewhere else chooses "elsewhere" and sets the three by hand.
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Place(NamedTuple):
    timezone: str
    currency: str
    language: str = "en"


PLACES = {
    "AR": Place("America/Argentina/Buenos_Aires", "ARS", "es"),
    "AT": Place("Europe/Vienna", "EUR"),
    "AU": Place("Australia/Sydney", "AUD"),
    "BE": Place("Europe/Brussels", "EUR"),
    "BO": Place("America/La_Paz", "BOB", "es"),
    "BR": Place("America/Sao_Paulo", "BRL"),
    "CA": Place("America/Toronto", "CAD"),
    "CH": Place("Europe/Zurich", "CHF"),
    "CL": Place("America/Santiago", "CLP", "es"),
    "CN": Place("Asia/Shanghai", "CNY", "zh-hans"),
    "CO": Place("America/Bogota", "COP", "es"),
    "CR": Place("America/Costa_Rica", "CRC", "es"),
    "CZ": Place("Europe/Prague", "CZK"),
    "DE": Place("Europe/Berlin", "EUR"),
    "DK": Place("Europe/Copenhagen", "DKK"),
    "DO": Place("America/Santo_Domingo", "DOP", "es"),
    "EC": Place("America/Guayaquil", "USD", "es"),
    "ES": Place("Europe/Madrid", "EUR", "es"),
    "FI": Place("Europe/Helsinki", "EUR"),
    "FR": Place("Europe/Paris", "EUR"),
    "GB": Place("Europe/London", "GBP"),
    "GR": Place("Europe/Athens", "EUR"),
    "GT": Place("America/Guatemala", "GTQ", "es"),
    "HK": Place("Asia/Hong_Kong", "HKD", "zh-hans"),
    "HU": Place("Europe/Budapest", "HUF"),
    "IE": Place("Europe/Dublin", "EUR"),
    "IN": Place("Asia/Kolkata", "INR"),
    "IT": Place("Europe/Rome", "EUR"),
    "JP": Place("Asia/Tokyo", "JPY"),
    "KR": Place("Asia/Seoul", "KRW"),
    "MX": Place("America/Mexico_City", "MXN", "es"),
    "MY": Place("Asia/Kuala_Lumpur", "MYR"),
    "NL": Place("Europe/Amsterdam", "EUR"),
    "NO": Place("Europe/Oslo", "NOK"),
    "NZ": Place("Pacific/Auckland", "NZD"),
    "PA": Place("America/Panama", "USD", "es"),
    "PE": Place("America/Lima", "PEN", "es"),
    "PL": Place("Europe/Warsaw", "PLN"),
    "PT": Place("Europe/Lisbon", "EUR"),
    "PY": Place("America/Asuncion", "PYG", "es"),
    "SE": Place("Europe/Stockholm", "SEK"),
    "SG": Place("Asia/Singapore", "SGD"),
    "TW": Place("Asia/Taipei", "TWD", "zh-hans"),
    "US": Place("America/New_York", "USD"),
    "UY": Place("America/Montevideo", "UYU", "es"),
    "ZA": Place("Africa/Johannesburg", "ZAR"),
}

_NAMES = {
    "AR": "Argentina", "AT": "Austria", "AU": "Australia", "BE": "Belgium", "BO": "Bolivia", "BR": "Brazil",
    "CA": "Canada", "CH": "Switzerland", "CL": "Chile", "CN": "China", "CO": "Colombia", "CR": "Costa Rica",
    "CZ": "Czechia", "DE": "Germany", "DK": "Denmark", "DO": "Dominican Republic", "EC": "Ecuador", "ES": "Spain",
    "FI": "Finland", "FR": "France", "GB": "United Kingdom", "GR": "Greece", "GT": "Guatemala", "HK": "Hong Kong",
    "HU": "Hungary", "IE": "Ireland", "IN": "India", "IT": "Italy", "JP": "Japan", "KR": "South Korea",
    "MX": "Mexico", "MY": "Malaysia", "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PA": "Panama",
    "PE": "Peru", "PL": "Poland", "PT": "Portugal", "PY": "Paraguay", "SE": "Sweden", "SG": "Singapore",
    "TW": "Taiwan", "US": "United States", "UY": "Uruguay", "ZA": "South Africa",
}  # fmt: skip

ELSEWHERE = "ZZ"
"""ISO 3166 leaves ZZ to users: a country that is not in the list."""

COUNTRIES = [*sorted(_NAMES.items(), key=lambda pair: pair[1]), (ELSEWHERE, _("Elsewhere"))]
CURRENCIES = [(code, code) for code in sorted({place.currency for place in PLACES.values()})]
