"""Whether the product is alive and able to work."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse


def alive(request: HttpRequest) -> JsonResponse:
    """Answers as long as the process does; `instance` tells bin/start that this server is its own."""
    return JsonResponse({"status": "ok", "instance": settings.INSTANCE_ID})


def ready(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})
