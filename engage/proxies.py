"""Believes what a proxy says of the visitor, but only a proxy that TRUSTED_PROXIES names."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


class TrustedProxies:
    """REMOTE_ADDR becomes the nearest address that is not a trusted proxy; a stranger's X-Forwarded-* are removed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = visitor(request)
        else:
            for header in FORWARDED:
                request.META.pop(header, None)
        return self.get_response(request)


def visitor(request: HttpRequest) -> str:
    """The last hop named in X-Forwarded-For that we do not trust; what stands before it may be invented."""
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if is_address(hop.strip()) and not is_trusted(hop.strip()):
            return hop.strip()
    return request.META["REMOTE_ADDR"]


def is_trusted(address: str) -> bool:
    return is_address(address) and any(ipaddress.ip_address(address) in net for net in settings.TRUSTED_PROXIES)


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
