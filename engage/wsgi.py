"""The web process."""

import os
import signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engage.settings")
os.environ.setdefault("ENGAGE_PROCESS", "web")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from engage.embedded import child
from engage.warm import warm

if settings.INSTANCE_ID:
    # Under bin/start this is a child of granian's, which would outlive a killed parent and keep its port. Only asked to
    # stop, it would wait for open live updates, and nobody is left to end that.
    child.die_with_parent(signal.SIGKILL)

application = get_wsgi_application()
warm()
