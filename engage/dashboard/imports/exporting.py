"""Everything about one person, for the owner to hand over."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from crm.contacts.models import Contact
from engage import everything
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role


@require_GET
@role("owner")
def export_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A zip: the whole as JSON, a CSV for each kind of thing we hold, and their mails as they came."""
    contact = get_object_or_404(Contact.objects.select_related("company"), uid=uid, erased=None, merged_into=None)
    found = everything.everything(contact, for_owner=True)
    response = HttpResponse(everything.as_zip(found, everything.whole_mails(contact)), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="everything-about-one-person.zip"'
    response["Cache-Control"] = "no-store"
    return response
