from django import forms
from django.utils.translation import gettext_lazy as _

from crm.business.models import User
from engage.lib.spoken import own_name

CODES = ("en", "es", "zh", "de", "fr", "it", "pt", "nl", "pl", "tr", "ar", "uk", "ja", "ko")
LANGUAGES = [(code, own_name(code)) for code in CODES]
MOST_SKILLS = 30


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    members = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True).order_by("name", "email"),
        label=_("Who is in it"),
        to_field_name="uid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class DeskForm(forms.Form):
    """What a colleague can be given."""

    takes_turns = forms.BooleanField(label=_("Takes their turn"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Speaks"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    skills = forms.CharField(
        label=_("Knows about"),
        max_length=1000,
        required=False,
        help_text=_("Tags, and what people write about, with commas: returns, wholesale"),
    )

    def clean_skills(self) -> list[str]:
        skills = [skill.strip() for skill in self.cleaned_data["skills"].split(",") if skill.strip()]
        if len(skills) > MOST_SKILLS or any(len(skill) > 40 for skill in skills):
            raise forms.ValidationError(_("At most 30 words, each of at most 40 characters."))
        return skills
