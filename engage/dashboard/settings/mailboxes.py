"""The shop's mailboxes: added once they open, paused, tried, taken out."""

from uuid import UUID

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns.channels.email.received import fetching
from campaigns.channels.email.received.imap import FLAWS, NotOpened, opened
from campaigns.channels.models import Mailbox
from crm.business.changes import note
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

Security = Mailbox.Security
HOW = [
    (Security.TLS, gettext_lazy("TLS (usually port 993)")),
    (Security.STARTTLS, gettext_lazy("STARTTLS (usually port 143)")),
    (Security.NONE, gettext_lazy("Not encrypted: only on your own network")),
]


class MailboxForm(forms.Form):
    address = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    host = forms.RegexField(
        r"^[A-Za-z0-9.:_-]+$", label=gettext_lazy("Mail server (IMAP)"), max_length=253, help_text="imap.example.com"
    )
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(label=gettext_lazy("Encryption"), choices=HOW, initial=Security.TLS)
    login = forms.CharField(label=gettext_lazy("Login"), max_length=254)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept encrypted, and shown to nobody. Many providers want a password for apps."),
    )
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=120, initial="INBOX")

    def clean_folder(self) -> str:
        folder = self.cleaned_data["folder"]
        if not folder.isprintable():
            raise forms.ValidationError(_("This is no folder."))
        return folder


@role("owner")
def settings_mailboxes(request: StaffRequest) -> HttpResponse:
    """All of them, and the form for one more, which is kept once it opens."""
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _add(request, form):
        return redirect("settings_mailboxes")
    status = 400 if form.is_bound else 200
    return render(request, "settings/mailboxes.html", {"form": form, "mailboxes": _shown()}, status=status)


@require_POST
@role("owner")
def change_mailbox(request: StaffRequest, uid: UUID) -> HttpResponse:
    mailbox, what, at = get_object_or_404(Mailbox, uid=uid), request.POST.get("what", ""), clock.now()
    by = str(request.user)
    if what == "test":
        _test(request, mailbox)
    elif what in ("pause", "resume"):
        Mailbox.objects.filter(pk=mailbox.pk).update(paused=at if what == "pause" else None, fetched=None)
        toast(request, _("Paused. Mail waits in the mailbox.") if what == "pause" else _("Mail is fetched again."))
    elif what == "remove":
        with transaction.atomic():
            mailbox.delete()
            note({"mailbox": (mailbox.address, "")}, by=by, at=at)
        toast(request, _("Taken out. What it brought stays."))
    return redirect("settings_mailboxes")


def _add(request: StaffRequest, form: MailboxForm) -> bool:
    said, at = form.cleaned_data, clock.now()
    fields = {name: said[name] for name in ("address", "host", "port", "security", "login", "folder")}
    mailbox = Mailbox(**fields, secret=said["password"].encode(), made=at, made_by=str(request.user))
    try:
        fetching.begin(mailbox)
        with transaction.atomic():
            mailbox.save()
            note({"mailbox": ("", mailbox.address)}, by=str(request.user), at=at)
    except NotOpened as error:
        form.add_error(None, str(FLAWS[error.flaw]))
        return False
    except IntegrityError:
        form.add_error(None, _("This mailbox is here already."))
        return False
    toast(request, _("It opens. What comes from now on is brought in; what is in it stays there."))
    return True


def _test(request: StaffRequest, mailbox: Mailbox) -> None:
    try:
        with opened(mailbox):
            toast(request, _("It opens."))
    except NotOpened as error:
        toast(request, str(FLAWS[error.flaw]), wrong=True)


def _shown() -> list[dict[str, object]]:
    found = Mailbox.objects.defer("secret").order_by("address", "pk")
    return [{"box": box, "trouble": str(FLAWS.get(box.trouble, box.trouble))} for box in found]
