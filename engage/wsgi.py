"""The web process."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engage.settings")
os.environ.setdefault("ENGAGE_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
