"""How static files are stored, compressed, with their hash in the name; and how they are served."""

from collections.abc import Callable
from typing import cast

from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware
from servestatic.storage import CompressedManifestStaticFilesStorage

type Answering = Callable[[HttpRequest], HttpResponseBase]


class Storage(CompressedManifestStaticFilesStorage):
    """Leaves `sourceMappingURL` alone, because we do not ship the maps of others."""

    patterns = tuple(
        (glob, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for glob, rules in CompressedManifestStaticFilesStorage.patterns
    )


def static_files(get_response: Answering) -> Answering:
    """The middleware of servestatic, asked for its own paths alone. It is async only: whatever went through it would
    pay an event loop and threads of its own, four times what a small answer costs."""
    adapt = BaseHandler().adapt_method_mode
    served = ServeStaticMiddleware(adapt(True, get_response, method_is_async=False))
    serve = cast(Answering, adapt(False, served, method_is_async=True))

    def middleware(request: HttpRequest) -> HttpResponseBase:
        ours = request.path_info.startswith(served.static_prefix)
        return serve(request) if ours else get_response(request)

    return middleware
