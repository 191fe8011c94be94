"""The product's web process with one view more: the control of `bench ingest`."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "engage.bench.urls"
application = get_wsgi_application()
