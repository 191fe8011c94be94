"""Pages of people over REST, in any of the list's orders."""

from typing import Any

from django.db.models import Q
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from crm.contacts.models import Contact
from crm.lists.ordering import Found, Order
from crm.lists.paging import is_cursor, page_of_people
from engage.lib.rest.paging import Pages

LONGEST_CURSOR = 80


class PeoplePages(Pages):
    """The cursor is a text: where the page before ended."""

    def page(self, found: Found, request: Request, *, order: Order, within: Q) -> list[Contact]:
        """Raises ValidationError for a cursor that no page gave."""
        cursor = request.query_params.get("cursor", "")
        if "cursor" in request.query_params and not (len(cursor) <= LONGEST_CURSOR and is_cursor(cursor, order)):
            raise ValidationError({"cursor": ["This is not where a page of this list ended."]})
        page = page_of_people(found, cursor, order=order, within=within, size=self.size(request))
        self.next = self._url(request, page.next) if page.next else None
        return page.rows

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        text = {"type": "string", "minLength": 1, "maxLength": LONGEST_CURSOR}
        return [one | {"schema": text} if one["name"] == "cursor" else one for one in parameters]
