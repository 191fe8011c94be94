from django.urls import path

from crm.events.site import chat_script, site_script
from crm.events.views import collect

_SHORT = {"i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias", "b": "batch"}
_CALLS = {name: name for name in (*_SHORT.values(), "import")} | _SHORT

urlpatterns = [
    *(path(f"v1/{name}", collect, {"call": call}) for name, call in _CALLS.items()),
    path("w/chat/<str:site>.js", chat_script, name="chat_script"),
    path("w/<str:site>.js", site_script, name="site_script"),
]
