"""The fields of one question, by its type, and of what stands around all of them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.surveys.asked.arranging import NEW, Json
from campaigns.surveys.asked.definition import END, SCREEN_OUT, Definition, Problem
from campaigns.surveys.asked.questions import (
    CHOSEN,
    NEVER_REMEMBERED,
    SAYS_WHERE,
    SCALES,
    SILENT,
    TALKS,
    Question,
    Type,
)
from crm.contacts.models import Topic
from crm.preferences.queries import keys_for
from engage.dashboard.surveys.asked_of import OPERATORS, before, later_pages, read, suggestions
from engage.dashboard.surveys.choosing import ManyProducts, Thumbnails
from engage.dashboard.surveys.words import KIND_LABELS, SENTENCE_HINT

NEW_KEY = "+"
"""Chosen where an answer is remembered as something that has no name yet."""

BOUNDED: dict[Type, tuple[Any, Any]] = {
    Type.SEVERAL_OF: (gettext_lazy("Choose at least"), gettext_lazy("Choose at most")),
    Type.TEXT: (gettext_lazy("Characters at least"), gettext_lazy("Characters at most")),
    Type.LINE: (gettext_lazy("Characters at least"), gettext_lazy("Characters at most")),
    Type.NUMBER: (gettext_lazy("At least"), gettext_lazy("At most")),
    Type.SLIDER: (gettext_lazy("From"), gettext_lazy("To")),
    Type.SCALE: ("", gettext_lazy("The last number, 2 to 10")),
}
REFIT = {"data-refits": "builder-refit"}


class Fields(forms.Form):
    """Shows what is kept and what is found in it; never refuses what is typed. `folded` stand under Details."""

    def __init__(self, fields: Mapping[str, forms.Field], kept: Mapping[str, Any], folded: Iterable[str] = ()) -> None:
        super().__init__(kept, label_suffix="", use_required_attribute=False, prefix=None)
        self.fields |= fields
        self._errors = forms.utils.ErrorDict()
        self._folded = set(folded)

    def blame(self, problems: Iterable[Problem]) -> None:
        """Each beside its field; what has none beside the first."""
        for problem in problems:
            name = FIELD_OF.get(problem.path.split(".")[0], problem.path.split(".")[0])
            name = name if name in self.fields else next(iter(self.fields))
            self._errors.setdefault(name, ErrorList(error_class="errorlist")).append(problem.message)

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self._folded]

    @property
    def folded(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self._folded and not name.startswith(RULES)]

    @property
    def rules(self) -> list[list[forms.BoundField]]:
        """Fields that read as one sentence, on a line each."""
        lines = ([self[name] for name in self.fields if name.startswith(start)] for start in RULES)
        return [line for line in lines if line]

    @property
    def fold_open(self) -> bool:
        """Whether something worth seeing stands under Details, or is wrong there."""
        said = any(self.data.get(name) for name in self._folded & SEEN)
        return said or any(self._errors.get(name) for name in self._folded)


RULES = ("show_", "jump_")
SEEN = {"help", "show_of", "show_json", "jump_to", "intro", "thanks", "sorry", "embed_on"}
FIELD_OF = {"show": "show_of", "jumps": "jump_to", "choices": "choices"}


def around_form(draft: Json) -> Fields:
    """Title, and words before and after."""
    fields: dict[str, forms.Field] = {
        "title": _line(_("Title"), 120, required=True),
        "intro": _area(_("A few words before"), 1000),
        "thanks": _area(_("A few words after"), 1000),
        "sorry": _area(_("To whoever is screened out"), 1000),
        "embed_on": _area(
            _("Your sites that may show it in a frame"),
            2000,
            _("One a line, such as https://shop.example.com. Without any, only its own page shows it."),
        ),
    }
    kept = {name: draft.get(name, "") for name in fields} | {"embed_on": "\n".join(draft.get("embed_on", ()))}
    return Fields(fields, kept, ["intro", "thanks", "sorry", "embed_on"])


def question_form(raw: Json, definition: Definition, role: str) -> Fields:
    question = next(one for one in definition.questions if one.id == raw["id"])
    asks = _asking(question) | _choices(question) | _remembering(question, role) | _talking(question)
    details = _details(question) | _logic(question, definition)
    return Fields(asks | details, kept(question), details)


def kept(question: Question) -> dict[str, Any]:
    """What the form shows of a question."""
    remember, jump = question.remember, question.jumps[0] if len(question.jumps) == 1 else None
    show, when = read(question.show), read(jump.when) if jump else None
    return {
        "type": question.type.value,
        "text": question.text,
        "help": question.help,
        "required": question.required,
        "choices": "\n".join(choice.label for choice in question.choices),
        **{f"picture-{choice.no}": choice.picture for choice in question.choices},
        "products": [choice.product for choice in question.choices],
        "rows": "\n".join(row.label for row in question.rows),
        "other": question.other,
        "random": question.random,
        "least": "" if question.least is None else question.least,
        "most": "" if question.most is None else question.most,
        "low": question.low,
        "high": question.high,
        "found_us": question.found_us,
        "talk": question.talk or question.talk_at_most is not None,
        "talk_at_most": "" if question.talk_at_most is None else question.talk_at_most,
        "topics": list(question.topics),
        "remember": remember.key if remember else "",
        "label": remember.label if remember else "",
        "citable": bool(remember and remember.citable),
        "sentence": remember.sentence if remember else "",
        "show_of": show.of if show else "",
        "show_op": show.op if show else "is",
        "show_value": show.value if show else "",
        "show_json": "" if show else json.dumps(question.show),
        "jump_op": when.op if when and when.of else "",
        "jump_value": when.value if when else "",
        "jump_to": jump.to if jump else "",
    }


def _asking(question: Question) -> dict[str, forms.Field]:
    if question.type is Type.HIDDEN:
        hint = _("The link says it, for example which poster it stood on. How is said here once it is published.")
        if not question.id.startswith(NEW):
            hint = _("The link says it as ?%(name)s=…, for example which poster it stood on.") % {"name": question.id}
        return {"text": _line(_("What it is, for you"), 300, hint=hint)}
    words = {
        Type.PERMISSION: _("What people say yes to"),
        Type.CONSENT: _("What people agree to"),
        Type.STATEMENT: _("Text"),
        Type.PAGE: _("Heading of the page"),
    }
    longest = 1000 if question.type is Type.STATEMENT else 300
    return {"text": _area(words.get(question.type, _("Question")), longest, required=question.type is not Type.PAGE)}


def _choices(question: Question) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    if question.type is Type.PRODUCT:
        known = [(one.product, one.label) for one in question.choices]
        found["products"] = forms.CharField(label=_("Products to choose from"), widget=ManyProducts(known))
    elif question.type in CHOSEN:
        found["choices"] = _area(_("Answers, one a line"), 3000, required=True, rows=4)
    if question.type is Type.MATRIX:
        found["rows"] = _area(_("What is asked of, one a line"), 3000, required=True, rows=3)
    if question.type is Type.PICTURE:
        for place, one in enumerate(question.choices, 1):
            label = _("Picture of “%(answer)s”") % {"answer": one.label or place}
            found[f"picture-{one.no}"] = forms.CharField(label=label, widget=Thumbnails())
    if question.type is Type.PERMISSION:
        found["topics"] = forms.MultipleChoiceField(
            label=_("You may then write about"),
            choices=[(one.key, str(one)) for one in Topic.objects.all()],
            widget=forms.CheckboxSelectMultiple,
        )
    return found


def _remembering(question: Question, role: str) -> dict[str, forms.Field]:
    if question.type in NEVER_REMEMBERED:
        return {}
    known = list(keys_for(role).values_list("key", "label"))
    mine = question.remember
    if mine and mine.key not in dict(known):
        known.append((mine.key, mine.label))
    options = [("", _("Nothing: only count it")), *known, (NEW_KEY, _("Something new …"))]
    found: dict[str, forms.Field] = {
        "remember": forms.ChoiceField(label=_("Remember it as"), choices=options, widget=forms.Select(REFIT))
    }
    if mine:
        found["label"] = _line(_("Its name"), 120, hint=_("A short name such as Milk."))
        found["citable"] = forms.BooleanField(label=_("May be mentioned in messages"))
        found["sentence"] = _line(_("How a message would say it"), 300, hint=str(SENTENCE_HINT))
    return found


def _talking(question: Question) -> dict[str, forms.Field]:
    """Whether an answer begins a conversation."""
    meanwhile = _("A colleague answers; what you send by yourself waits until it is done.")
    if question.type in TALKS:
        return {"talk": forms.BooleanField(label=_("Their words come to the Inbox"), help_text=meanwhile)}
    if question.type not in SCALES:
        return {}
    ticked = forms.CheckboxInput(REFIT)
    found: dict[str, forms.Field] = {
        "talk": forms.BooleanField(label=_("A low answer begins a conversation"), widget=ticked)
    }
    if question.talk_at_most is not None:
        number = forms.NumberInput({"min": question.ends[0], "max": question.ends[1], "inputmode": "numeric"})
        low = _("%(count)d or less begins a conversation in the Inbox.") % {"count": question.talk_at_most}
        found["talk_at_most"] = forms.CharField(label=_("Low is"), widget=number, help_text=f"{low} {meanwhile}")
    return found


def _details(question: Question) -> dict[str, forms.Field]:
    type = question.type
    found: dict[str, forms.Field] = {
        "type": forms.ChoiceField(
            label=_("Answered with"), choices=list(KIND_LABELS.items()), required=True, widget=forms.Select(REFIT)
        )
    }
    if type in (Type.PAGE, Type.HIDDEN):
        return found
    found["help"] = _line(_("A hint below it"), 300)
    if type in SILENT:
        return found
    found["required"] = forms.BooleanField(label=_("Must be answered"))
    if type in (Type.ONE_OF, Type.SEVERAL_OF):
        found["other"] = forms.BooleanField(label=_("Something else may be written"))
    if type in CHOSEN - {Type.MATRIX}:
        found["random"] = forms.BooleanField(label=_("In another order for each person"))
    least, most = BOUNDED.get(type, ("", ""))
    for name, label in (("least", least), ("most", most)):
        if label:
            found[name] = forms.CharField(label=label, widget=forms.TextInput({"inputmode": "numeric", "size": 8}))
    if type in SCALES or type is Type.SLIDER:
        found["low"] = _line(_("What the lowest means"), 60)
        found["high"] = _line(_("What the highest means"), 60)
    if type in SAYS_WHERE and not question.remember:
        words = _("Asks how they found you: the answer is where they came from")
        found["found_us"] = forms.BooleanField(label=words)
    return found


def _logic(question: Question, definition: Definition) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    earlier = before(definition, question.id)
    if read(question.show) is None:
        area = forms.Textarea({"rows": 3, "spellcheck": "false", "class": "source"})
        found["show_json"] = forms.CharField(label=_("Asked of whom, as a rule in JSON"), widget=area)
    elif earlier and question.type is not Type.HIDDEN:
        options = [("", _("everybody"))] + [(one.id, one.text or one.id) for one in earlier]
        found["show_of"] = forms.ChoiceField(label=_("Asked of whom"), choices=options)
        found["show_op"] = forms.ChoiceField(label=_("whose answer"), choices=list(OPERATORS.items()), required=True)
        found["show_value"] = _suggested(_("this"), suggestions(earlier))
    pages = later_pages(definition, question.id)
    plain = len(question.jumps) < 2 and all(read(jump.when) is not None for jump in question.jumps)
    if plain and question.type not in SILENT | {Type.HIDDEN, Type.PERMISSION} and len(definition.pages()) > 1:
        ends = [(END, _("the end")), (SCREEN_OUT, _("out: no more questions, and it does not count"))]
        options = [("", _("any answer")), *((op, str(words)) for op, words in OPERATORS.items())]
        found["jump_to"] = forms.ChoiceField(
            label=_("After its page, go on at"), choices=[("", _("the next page")), *pages, *ends]
        )
        found["jump_op"] = forms.ChoiceField(label=_("where the answer"), choices=options)
        found["jump_value"] = _suggested(_("this"), suggestions([question]))
    return found


def _line(label: Any, most: int, *, required: bool = False, hint: str = "") -> forms.Field:
    entry = forms.TextInput({"maxlength": most, "autocomplete": "off"})
    return forms.CharField(label=label, required=required, widget=entry, help_text=hint)


def _area(label: Any, most: int, hint: str = "", *, required: bool = False, rows: int = 2) -> forms.Field:
    area = forms.Textarea({"rows": rows, "maxlength": most})
    return forms.CharField(label=label, required=required, widget=area, help_text=hint)


def _suggested(label: Any, words: list[str]) -> forms.Field:
    hint = _("As the answer reads: %(words)s.") % {"words": ", ".join(words[:6])} if words else ""
    return _line(label, 200, hint=hint)
