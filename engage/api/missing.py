"""Addresses of the interface where nothing is answer as the others do."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def nothing_here(request: HttpRequest) -> JsonResponse:
    """404 in the shape of every error."""
    error = {"index": None, "field": "", "message": "There is nothing here. Addresses end with a slash."}
    return JsonResponse({"errors": [error]}, status=404)
