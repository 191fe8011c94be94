"""The product's settings with django-post_office, the control of `bench send`, installed."""

from engage.settings import *  # noqa: F403
from engage.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "post_office"]
