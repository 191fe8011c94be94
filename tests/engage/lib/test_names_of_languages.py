"""Languages in lists are called what their speakers call them."""

import pytest
from django.conf.locale import LANG_INFO

from engage.lib.spoken import own_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("es", "Español"),
        ("es-mx", "Español de México"),
        ("en-au", "Australian English"),
        ("pt-br", "Português do Brasil"),
        ("de", "Deutsch"),
        ("de-at", "Deutsch"),
        ("zh", "中文"),
        ("zh-hans", "简体中文"),
        ("zh-hk", "繁體中文"),
        ("ar", "العربيّة"),
        ("xx-yy", "xx-yy"),
        ("", ""),
    ],
)
def test_a_language_is_called_what_its_speakers_call_it(code, name):
    assert own_name(code) == name


def test_names_of_places_and_peoples_keep_their_capitals():
    of_places = [own_name(code) for code in LANG_INFO if code.startswith(("es-", "en-"))]
    assert len(of_places) > 5
    assert [name for name in of_places if name[1:] == name[1:].lower()] == []
