"""What people do with webhooks, and what becomes of old ones."""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.journeys.webhooks.models import DueWebhook, Webhook
from campaigns.journeys.webhooks.queue import host_of
from engage.lib import wake

KEPT = timedelta(days=30)


def send_again(webhook: Webhook, *, at: datetime) -> bool:
    """Try a failed one anew, for another day; False if it has not failed."""
    with transaction.atomic():
        failed = Webhook.objects.filter(pk=webhook.pk, state=Webhook.State.FAILED)
        if not failed.update(state=Webhook.State.WAITING, settled=None):
            return False
        DueWebhook.objects.create(webhook=webhook, host=host_of(webhook.url), due=at)
        transaction.on_commit(lambda: wake.wake("webhooks"))
    return True


def sweep(*, at: datetime) -> None:
    """Those that are settled are kept for 30 days."""
    Webhook.objects.filter(settled__lt=at - KEPT).delete()
