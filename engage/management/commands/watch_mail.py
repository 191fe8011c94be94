"""Fetch mail the moment it comes: `manage.py watch_mail`, where the mail server can tell (IMAP IDLE)."""

from typing import Any

from django.core.management.base import BaseCommand

from campaigns.channels.email.received import watching


class Command(BaseCommand):
    help = "Wait for mail in the shop's mailboxes, until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        watching.watch()
