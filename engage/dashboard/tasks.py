"""Long work that a page starts: each delegates in one line."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="engage.load_demo")
def load_demo() -> None:
    call_command("seed", "shop")
