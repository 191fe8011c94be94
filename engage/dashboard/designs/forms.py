"""The fields of a letter, of a source and of each block, made of the table in campaigns.designs.blocks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _

from campaigns.channels.liquid import MAX_SUBJECT
from campaigns.designs.blocks import BLOCKS, CHOICE, LETTER, NAME, PICTURE, PRODUCT, Field
from campaigns.designs.checks import Finding
from campaigns.designs.parse import LETTER_KIND, LONGEST_PREHEADER, OF_BLOCKS, Json
from campaigns.surveys.queries import published_titles
from crm.preferences.queries import keys_for
from engage.dashboard.designs.products import ProductChoice, empty_words
from engage.dashboard.designs.words import CHOICES, HINTS, LABELS, PLACE_HINTS


class Fields(forms.Form):
    """Shows what is kept and what is found in it; never refuses what is typed."""

    def __init__(self, fields: Mapping[str, forms.Field], kept: Mapping[str, Any], found: Iterable[Finding]) -> None:
        super().__init__(kept, label_suffix="", use_required_attribute=False)
        self.fields |= fields
        self._errors = forms.utils.ErrorDict()
        for finding in found:
            name = finding.place.rpartition(".")[2]
            name = "source" if name == "body" else name
            if name in self.fields:
                self._errors.setdefault(name, ErrorList(error_class="errorlist")).append(said(finding))


def said(finding: Finding) -> str:
    """With where in the text it is."""
    if not finding.line:
        return finding.message
    at = {"line": finding.line, "column": finding.column, "message": finding.message}
    return _("Line %(line)d, column %(column)d: %(message)s") % at


def content_form(kind: str, content: Json, found: Iterable[Finding]) -> Fields:
    """Subject, and what else is not in blocks."""
    fields: dict[str, forms.Field] = {"subject": _line("subject", MAX_SUBJECT)}
    if kind in OF_BLOCKS:
        fields["preheader"] = _line("preheader", LONGEST_PREHEADER)
    kept = {"subject": content["subject"], "preheader": content.get("preheader", "")}
    if kind == LETTER_KIND:
        fields |= {name: _field(name, field) for name, field in LETTER.items() if field.kind != PICTURE}
        kept |= content["body"]
    elif kind not in OF_BLOCKS:
        area = forms.Textarea({"rows": 24, "spellcheck": "false", "class": "source"})
        fields["source"] = forms.CharField(label=LABELS["source"], required=True, widget=area)
        kept |= content["body"]
    places = {"subject", "preheader", "body", *(f"body.{name}" for name in fields)}
    return Fields(fields, kept, [finding for finding in found if finding.place in places])


def block_form(block: Json, found: Iterable[Finding], role: str) -> Fields:
    """The fields of one block; a picture is chosen apart. One query where something of the shop's is chosen."""
    type, id = block["type"], block["id"]
    fields: dict[str, forms.Field] = {}
    for name, field in BLOCKS[type].items():
        if field.kind == PRODUCT:
            fields[name] = forms.CharField(
                label=LABELS[name],
                required=name != "instead",
                help_text=HINTS.get(name, ""),
                widget=ProductChoice(empty_words(name)),
            )
        elif field.kind == NAME:
            fields[name] = _chosen(name, block[name], role)
        elif field.kind != PICTURE:
            fields[name] = _field(name, field, type)
    return Fields(fields, block, [finding for finding in found if finding.place.startswith(f"{id}.")])


def _field(name: str, field: Field, type: str = "") -> forms.Field:
    label = LABELS[name]
    hint = PLACE_HINTS.get((type, name), HINTS.get(name, ""))
    if field.kind == CHOICE:
        words = [(choice, CHOICES[choice]) for choice in field.choices]
        return forms.ChoiceField(label=label, choices=words, required=True, help_text=hint)
    if field.lines:
        area = forms.Textarea({"rows": 5, "data-marks": ""} if field.marks else {"rows": 5})
        return forms.CharField(label=label, required=name == "text", widget=area, help_text=hint)
    return _line(name, field.most, hint)


def _chosen(name: str, chosen: str, role: str) -> forms.Field:
    """One of the shop's own; what was chosen before stays among them whatever became of it."""
    if name == "survey":
        options = published_titles()
    else:
        options = [(key.key, key.label) for key in keys_for(role) if key.may_be_cited]
    if chosen and chosen not in dict(options):
        options.append((chosen, chosen))
    return forms.ChoiceField(label=LABELS[name], choices=[("", _("Choose …")), *options], help_text=HINTS.get(name, ""))


def _line(name: str, most: int, hint: Any = None) -> forms.Field:
    entry = forms.TextInput({"maxlength": most, "autocomplete": "off"})
    needed = name in {"subject", "text"}
    return forms.CharField(
        label=LABELS[name], required=needed, widget=entry, help_text=HINTS.get(name, "") if hint is None else hint
    )
