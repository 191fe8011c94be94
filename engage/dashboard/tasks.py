"""Long work that a page starts: each delegates in one line."""

from celery import shared_task

from engage.dashboard.firstrun import loading


@shared_task(name="engage.load_demo")
def load_demo() -> None:
    loading.load()
