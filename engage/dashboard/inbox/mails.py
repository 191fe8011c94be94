"""Mails in the inbox: their files, their HTML in a frame of its own, what stands aside, and whose it is."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from campaigns.channels import stopping
from campaigns.channels.email.received import letters, showing, stripping
from campaigns.channels.email.received.filing import MOST_SHOWN
from crm.contacts import normal
from crm.contacts.models import Contact, Identity
from crm.dialogue import actions, reports
from crm.dialogue.models import Attachment, Mail, Message, Report
from crm.dialogue.reports import Heard
from engage.dashboard.shell.frame import Link
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, files, pictures

FRAME = "default-src 'none'; style-src 'unsafe-inline'; img-src data:{more}; sandbox allow-popups; form-action 'none'"
THUMBNAIL = (320, 320)
LARGEST_PICTURE = 10 * 1024**2
PAGE = 50
KEPT = timedelta(days=90)
Kind = Mail.Kind
MACHINES = (Kind.AUTOMATIC, Kind.LIST, Kind.OWN, Kind.STOP)


@require_GET
@role()
def mail_file(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One file of a mail, to be kept, never shown."""
    file = _file_or_404(uid)
    data = _content(file)
    return files.as_file(data, file.name)


@require_GET
@role()
def mail_picture(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A picture made anew and small."""
    file = _file_or_404(uid)
    made = pictures.thumbnail(_content(file), THUMBNAIL) if file.size <= LARGEST_PICTURE else None
    if made is None:
        raise Http404
    response = files.shut(HttpResponse(made[0], content_type=f"image/{made[1]}"), files.SANDBOX)
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@require_GET
@role()
def mail_raw(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The mail as it came."""
    found = get_object_or_404(Mail, uid=uid)
    return files.as_file(bytes(found.raw), "mail.eml", "message/rfc822")


@require_GET
@role()
def mail_words(request: StaffRequest, uid: UUID) -> HttpResponse:
    """All words of a mail, those that it quotes too; for htmx the words alone."""
    found = get_object_or_404(Mail.objects.defer("raw"), uid=uid)
    part = "#words" if request.htmx else ""
    return render(request, f"inbox/mail_words.html{part}", {"mail": found})


@require_GET
@role()
@xframe_options_sameorigin
def mail_html(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The mail as its writer laid it out, cleaned, in a frame that runs nothing. With `?pictures=1` its pictures are
    fetched from wherever they are, which tells their owner that it is read."""
    found = get_object_or_404(Mail, uid=uid)
    wanted = request.GET.get("pictures") == "1"
    try:
        html = showing.html_of(bytes(found.raw), pictures_too=wanted)
    except (ValueError, LookupError, RecursionError):
        html = ""
    response = render(request, "inbox/mail_html.html", {"html": html})
    return files.shut(response, FRAME.format(more=" https: http:" if wanted else ""))


@require_POST
@role()
def mail_belongs(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Its words go on in the conversation that was suggested."""
    target = actions.belongs(mail=_mail_or_404(uid), at=clock.now())
    if target is None:
        toast(request, _("It stands elsewhere already."), wrong=True)
        return redirect("inbox")
    toast(request, _("It goes on in this conversation."), undo=reverse("mail_belongs_not", args=[uid]))
    return redirect("conversation", target.uid)


@require_POST
@role()
def mail_belongs_not(request: StaffRequest, uid: UUID) -> HttpResponse:
    before = actions.belongs_not(mail=_mail_or_404(uid), at=clock.now())
    return redirect("conversation", before.uid) if before else redirect("inbox")


@require_POST
@role()
def stop_writing(request: StaffRequest, uid: UUID) -> HttpResponse:
    """They said so within a longer text: no more about anything by the way they wrote."""
    message = get_object_or_404(
        Message.objects.select_related("contact", "conversation"), uid=uid, direction=Message.Direction.IN
    )
    channel = "sms" if message.channel == "sms" else "email"
    source = f"message:{message.uid}"
    stopping.withdraw(contact=message.contact, channel=channel, words=message.text, source=source, at=clock.now())
    toast(request, _("We stop. Answers and receipts still go."))
    return redirect("conversation", message.conversation.uid) if message.conversation else redirect("inbox")


@require_GET
@role()
def mails_aside(request: StaffRequest) -> HttpResponse:
    """What could not be read, and what machines wrote."""
    machines = request.GET.get("show") == "machines"
    found = list(aside(machines=machines).order_by("-received", "-id")[:PAGE])
    url = reverse("mails_aside")
    tabs = [
        Link("unread", _("Could not be read"), url, current=not machines, count=aside().count()),
        Link("machines", _("From machines"), f"{url}?show=machines", current=machines),
    ]
    context = {"mails": found, "machines": machines, "more": len(found) == PAGE, "tabs": tabs}
    return render(request, "inbox/mails_aside.html", context)


def aside(*, machines: bool = False) -> QuerySet[Mail]:
    kinds = MACHINES if machines else (Kind.UNREAD,)
    found = Mail.objects.filter(kind__in=kinds, message=None, settled=None, received__gt=clock.now() - KEPT)
    return found.select_related("contact").defer("raw")


@require_POST
@role()
def mail_aside(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Read it again, put it away or back, or say whose it is."""
    mail, what = _mail_or_404(uid), request.POST.get("what", "")
    if what == "again":
        _again(mail)
        toast(request, _("It is read again. If it works, it is in the inbox in a moment."))
    elif what in ("away", "back"):
        actions.put_away(mail=mail, at=clock.now() if what == "away" else None)
        toast(request, _("Put away.") if what == "away" else _("Back again."))
    elif what == "belongs":
        return _bring_in(request, mail)
    return redirect("mails_aside")


def _again(mail: Mail) -> None:
    raw = bytes(Mail.objects.values_list("raw", flat=True).get(pk=mail.pk))
    to = mail.detail.get("to", [])
    Mail.objects.filter(pk=mail.pk, message=None).delete()
    reports.accept([Heard(Report.Kind.MAIL, mail.at, detail={"to": to, "source": mail.source}, raw=raw)])


def _bring_in(request: StaffRequest, mail: Mail) -> HttpResponse:
    person = _person(request.POST.get("address", ""))
    if person is None:
        toast(request, _("We know nobody with this address."), wrong=True)
        return redirect("mails_aside")
    text = mail.text or _words(bytes(Mail.objects.values_list("raw", flat=True).get(pk=mail.pk)))
    text = stripping.shown(text)[:MOST_SHOWN] or mail.subject or _("(A mail without words)")
    message = actions.bring_in(mail=mail, contact=person, text=text, by=str(request.user), at=clock.now())
    toast(request, _("It stands with %(name)s now.") % {"name": person})
    return redirect("conversation", message.conversation.uid) if message.conversation else redirect("inbox")


def _words(raw: bytes) -> str:
    """As far as a mail that broke the reader can be shown at all."""
    try:
        return letters.read(raw).text
    except Exception:  # as many errors as there are ways to break a mail
        return raw[:MOST_SHOWN].decode("utf-8", "replace").replace("\0", "")


def _person(address: str) -> Contact | None:
    key = normal.email(address.strip())
    if key is None:
        return None
    known = Identity.objects.filter(Q(contact__erased=None), kind=key.kind, value=key.value).select_related("contact")
    identity = known.order_by("-proof", "id").first()
    return identity.contact if identity else None


def _mail_or_404(uid: UUID) -> Mail:
    return get_object_or_404(Mail.objects.select_related("suggested").defer("raw"), uid=uid)


def _file_or_404(uid: UUID) -> Attachment:
    return get_object_or_404(Attachment.objects.select_related("mail"), uid=uid)


def _content(file: Attachment) -> bytes:
    data = showing.file_of(bytes(file.mail.raw), file.position)
    if data is None:
        raise Http404
    return data
