"""How everything looks that the business sends: set once."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.channels.links import clean
from campaigns.designs import keeping, queries
from campaigns.designs.arranging import one
from campaigns.designs.look import SOCIAL
from campaigns.designs.models import SavedBlock, Style
from campaigns.designs.parse import DESIGNED
from crm.business.actions import update_business
from crm.business.queries import business, fresh_business
from engage.dashboard.designs.canvas import source_of
from engage.dashboard.designs.editor import address_of
from engage.dashboard.designs.one import design_or_404, language_of
from engage.dashboard.designs.words import KINDS
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

COLOUR = r"^#[0-9A-Fa-f]{6}$"


class LookForm(forms.Form):
    """Colours and words; the logo is chosen apart. The shop's colour is its owner's."""

    colour = forms.RegexField(
        COLOUR,
        label=gettext_lazy("Colour"),
        widget=forms.TextInput({"type": "color"}),
        help_text=gettext_lazy("Of buttons and links, and of the pages that customers see."),
    )
    background = forms.RegexField(
        COLOUR,
        label=gettext_lazy("Around the message"),
        widget=forms.TextInput({"type": "color"}),
        help_text=gettext_lazy("A letter is white all over."),
    )
    font = forms.ChoiceField(label=gettext_lazy("Writing"), choices=Style.FONTS)
    footer = forms.CharField(
        label=gettext_lazy("At the foot"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Opening hours, a line of thanks. Your address and the ways out follow by themselves."),
    )

    def __init__(self, *args, is_owner: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colour"].disabled = not is_owner
        for network in SOCIAL:
            entry = forms.URLInput({"placeholder": "https://"})
            self.fields[network.lower()] = forms.CharField(label=network, required=False, max_length=300, widget=entry)

    def clean(self) -> None:
        for network in SOCIAL:
            address = self.cleaned_data.get(network.lower(), "")
            if address and not (clean(address) or "").startswith(("https://", "http://")):
                self.add_error(network.lower(), ValidationError(_("This must begin with https://.")))

    def social(self) -> list[list[str]]:
        return [[name, self.cleaned_data[name.lower()]] for name in SOCIAL if self.cleaned_data[name.lower()]]


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def look(request: StaffRequest) -> HttpResponse:
    """Logo, colours, writing, foot and where to find us; and the blocks that were kept."""
    shop, style = fresh_business(), queries.style()
    now = {"colour": shop.colour, "background": style.background, "font": style.font, "footer": style.footer}
    now |= {label.lower(): address for label, address in style.social}
    form = LookForm(request.POST or None, initial=now, is_owner=request.user.is_owner)
    if request.method == "POST" and form.is_valid():
        by, at, said = str(request.user), clock.now(), form.cleaned_data
        fields = {name: said[name] for name in ("background", "font", "footer")}
        keeping.change_style(social=form.social(), by=by, at=at, **fields)
        if said["colour"] != shop.colour:
            update_business(by=by, at=at, colour=said["colour"])
        toast(request, _("Saved. What is written from now on has it."))
        return redirect("look")
    context = {
        "form": form,
        "style": style,
        "logo": source_of(style.logo),
        "look": queries.look(business()),
        "kept": [(saved, KINDS[saved.block["type"]][0]) for saved in queries.saved_blocks()],
    }
    return render(request, "designs/look.html", context)


@require_POST
@role("owner", "marketer")
def keep_block(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A block of this design, to be used in others too."""
    found = design_or_404(uid)
    language, id = language_of(request, found), request.POST.get("block", "")
    block = one(found.contents[language]["body"]["blocks"], id) if found.kind == DESIGNED else None
    if block is not None:
        name = " ".join(request.POST.get("name", "").split()) or str(KINDS[block["type"]][0])
        keeping.keep_block(name=name, block=block, by=str(request.user), at=clock.now())
        toast(request, _("Kept. It stands in the menu of every plus."))
    return redirect(address_of(found, language, id))


@require_POST
@role("owner", "marketer")
def drop_block(request: StaffRequest, uid: UUID) -> HttpResponse:
    keeping.drop_block(get_object_or_404(SavedBlock, uid=uid))
    toast(request, _("Removed. Designs that have it keep it."))
    return redirect("look")
