"""The fields of a message step: what is written here, or a design that it names."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.channels import port
from campaigns.designs.queries import designs, designs_of
from campaigns.journeys.definition import OnHold
from campaigns.journeys.steps import CLASSES, DESIGNS
from crm.contacts.models import Topic
from engage.dashboard.journeys.flow.forms import CardForm, as_dict, offer

MOST_DESIGNS = 200
CLASS_WORDS = {"marketing": _("marketing: needs permission"), "transactional": _("about something they ordered")}
HOLD_WORDS = {
    OnHold.WAIT: _("let it wait"),
    OnHold.MERGE: _("let it wait, and put it into the next message to them"),
    OnHold.DROP: _("do not send it"),
}


class SendForm(CardForm):
    at = {
        "design": "design",
        "design.uid": "design",
        "design.subject": "subject",
        "design.body": "body",
        "design.kind": "design_kind",
        "design.words": "words",
        "class": "klass",
        "topic": "topic",
        "on_hold": "on_hold",
        "channel": "first_by",
        "channels": "first_by",
        "channels[1]": "else_by",
        "channels[2]": "then_by",
    }
    optional = ("words", "else_by", "then_by", "design")
    advanced = ("first_by", "else_by", "then_by", "words", "klass", "on_hold", "design_kind")
    ways = ("first_by", "else_by", "then_by")
    written_here = ("subject", "body", "design_kind")
    design = forms.ChoiceField(label=_("Says"), widget=forms.Select({"data-refits": "flow-refit"}))
    subject = forms.CharField(label=_("Subject"), max_length=400)
    body = forms.CharField(label=_("Text"), max_length=110_000, widget=forms.Textarea({"rows": 10}), strip=False)
    topic = forms.ChoiceField(label=_("Topic"), help_text=_("Only people who gave permission for this topic get it."))
    klass = forms.ChoiceField(
        label=_("Kind of message"),
        choices=[(key, CLASS_WORDS[key]) for key in CLASSES],
        help_text=_("Marketing needs a topic that they gave permission for."),
    )
    on_hold = forms.ChoiceField(
        label=_("While something holds it back"),
        choices=HOLD_WORDS.items(),
        help_text=_(
            "They are talking with us, it is night where they live, or they heard much from us lately. "
            "Put together, letters that wait come as one: one greeting, one footer, and what each says."
        ),
    )
    first_by = forms.ChoiceField(label=_("Sent by"))
    else_by = forms.ChoiceField(
        label=_("Else by"),
        help_text=_("Where we have no address or no permission for the first. Each person gets it once."),
    )
    then_by = forms.ChoiceField(label=_("Else by"))
    words = forms.CharField(
        label=_("In few words"),
        max_length=5_500,
        widget=forms.Textarea({"rows": 3}),
        strip=False,
        help_text=_("For text messages and others that show no design. Empty: the text above."),
    )
    design_kind = forms.ChoiceField(label=_("Written as"), choices=[(kind, kind) for kind in DESIGNS])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        channels = [(name, port.channel(name).label) for name in port.names()]
        for way in self.ways:
            offer(self, way, channels if way == "first_by" else [("", _("nothing else")), *channels])
        offer(self, "design", [("", _("what is written here")), *self._designs(data)])
        offer(self, "topic", [("", _("none")), *((topic.key, str(topic)) for topic in Topic.objects.order_by("pk"))])

    @staticmethod
    def _designs(data: Any) -> list[tuple[str, str]]:
        """Those in use, and the one that is named, whatever became of it."""
        found = [(str(one.uid), one.name) for one in designs()[:MOST_DESIGNS]]
        chosen = str(data.get("design") or "")
        if (uids := _uids(chosen)) and chosen not in dict(found):
            kept = next(iter(designs_of(uids)), None)
            found.append((chosen, kept.name if kept else str(_("a design that is gone"))))
        return found

    @property
    def named(self) -> UUID | None:
        """The design it names; None where it says what is written here, or nothing that could be one."""
        return next(iter(_uids(self["design"].value())), None)

    def shown(self) -> list[forms.BoundField]:
        names = [name for name in self.fields if name not in self.advanced]
        return self._dressed(name for name in names if not (self.named and name in self.written_here))

    def folded(self) -> list[forms.BoundField]:
        return self._dressed(name for name in self.advanced if not (self.named and name in self.written_here))

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        design = as_dict(part.get("design"))
        channels = part.get("channels") or [part.get("channel", "email")]
        channels = channels if isinstance(channels, list) else []
        return {
            **dict(zip(SendForm.ways, [*channels, "", "", ""], strict=False)),
            "design": design.get("uid", ""),
            "words": design.get("words", ""),
            "subject": design.get("subject", ""),
            "body": design.get("body", ""),
            "design_kind": design.get("kind", "letter"),
            "klass": part.get("class", "marketing"),
            "topic": part.get("topic", ""),
            "on_hold": part.get("on_hold", "wait"),
        }

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        data = self.cleaned_data
        design = {"subject": data["subject"], "body": data["body"], "kind": data["design_kind"] or "letter"}
        if named := _uids(data["design"]):
            design = {"uid": str(named[0])}
        design |= {"words": data["words"]} if data["words"].strip() else {}
        channels = [data[way] for way in self.ways if data[way]] or ["email"]
        several = len(channels) > 1
        unsaid = several or (channels == ["email"] and "channel" not in part)
        return {
            "channel": None if unsaid else channels[0],
            "channels": channels if several else None,
            "design": design,
            "class": data["klass"] or "marketing",
            "topic": data["topic"] or None,
            "on_hold": data["on_hold"] or "wait",
        }


def _uids(text: Any) -> list[UUID]:
    try:
        return [UUID(str(text))]
    except ValueError:
        return []
