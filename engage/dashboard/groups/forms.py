"""A group as it is written: its name, its numbers, and its rule as JSON under Advanced."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.rules import EVERYONE, InvalidRule, parse, to_json
from crm.segments.actions import LONGEST_NAME
from crm.segments.models import Segment
from engage.dashboard.groups.amounts import Amount, amounts, changed

LONGEST_RULE = 200_000


class GroupForm(forms.Form):
    """`cleaned_data` has `name` and `rule`. A rule that was written anew goes before changed numbers."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    rule = forms.CharField(
        label=gettext_lazy("Rule"), max_length=LONGEST_RULE, widget=forms.Textarea({"rows": 12, "spellcheck": "false"})
    )

    def __init__(self, data: Any, group: Segment | None) -> None:
        self.was: dict[str, Any] = group.rule if group else to_json(EVERYONE)
        self.written = json.dumps(self.was, indent=2, ensure_ascii=False)
        super().__init__(data, initial={"name": group.name if group else "", "rule": self.written})

    def amounts(self) -> list[Amount]:
        """The numbers of the rule as it stands; none of a rule that cannot be read."""
        try:
            return amounts(self.was)
        except InvalidRule:
            return []

    def clean_rule(self) -> dict[str, Any]:
        text = self.cleaned_data["rule"]
        if text.replace("\r\n", "\n").strip() == self.written.strip():
            return self._with_numbers()
        try:
            rule = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This cannot be read as JSON: {reason}").format(reason=error)) from None
        return _checked(rule)

    def _with_numbers(self) -> dict[str, Any]:
        try:
            return _checked(changed(self.was, self.data))
        except InvalidRule as refused:
            raise _refused(refused) from None
        except ValueError:
            raise forms.ValidationError(_("Each number must be one, such as 30.")) from None


def _checked(rule: Any) -> dict[str, Any]:
    try:
        parse(rule)
    except InvalidRule as refused:
        raise _refused(refused) from None
    return rule


def _refused(refused: InvalidRule) -> forms.ValidationError:
    return forms.ValidationError([f"{problem.path}: {problem.message}" for problem in refused.problems[:20]])
