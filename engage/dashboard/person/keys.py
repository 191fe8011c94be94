"""What can be remembered, as staff name it."""

from django import forms
from django.utils.translation import gettext as _

from crm.preferences.actions import LONGEST_KEY
from crm.preferences.models import PreferenceKey


def key_named(text: str) -> str:
    """The key that staff mean: a known one by its label, else a new one made of their words. Raises ValidationError."""
    known = PreferenceKey.objects.filter(label__iexact=text).values_list("key", flat=True).first()
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    key = known or "_".join(words)[:LONGEST_KEY]
    if not key:
        raise forms.ValidationError(_("Use a word or two."))
    return key
