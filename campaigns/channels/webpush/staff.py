"""Notifications for colleagues, in the browsers where they switched them on."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings

from campaigns.channels.webpush import browsers
from campaigns.channels.webpush.keys import Voucher
from campaigns.channels.webpush.notices import Notice
from campaigns.channels.webpush.pushing import GONE, USELESS, push
from crm.business.models import StaffBrowser, User
from crm.business.queries import business
from engage.lib import clock
from engage.lib.outward import NotReached

AT_ONCE = 5
SECONDS = 3600
"""A colleague whose computer is off for longer finds it in the inbox anyway."""


def push_to_staff(users: Collection[User], *, title: str, text: str, path: str, tag: str) -> int:
    """Show these words to those of `users` who want it; a click opens `path`. Tried once; a browser that is gone is
    forgotten. Returns how many push services took it. Two queries and a call for each browser."""
    found = [(one.pk, browsers.read(one.browser)) for one in StaffBrowser.objects.filter(user__in=users)]
    if not found:
        return 0
    voucher = Voucher(business(), at=clock.now())
    payload = Notice(title, text, settings.PUBLIC_URL + path, tag).payload()

    def say(one: tuple[int, browsers.Browser | None]) -> int:
        """The status; 0 where nobody answered, 410 where nobody ever will."""
        browser = one[1]
        if browser is None:
            return 410
        try:
            authorization = voucher.authorization(browser.endpoint)
            return push(browser, payload, authorization=authorization, seconds=SECONDS, urgent=True)
        except NotReached as error:
            return 410 if error.reason in USELESS else 0

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(say, found))
    gone = [pk for (pk, _browser), status in zip(found, answers, strict=True) if status in GONE]
    StaffBrowser.objects.filter(pk__in=gone).delete()
    return sum(200 <= status < 300 for status in answers)
