"""Writes on the shop itself: settings, team, keys."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from crm.business import queries
from crm.business.changes import note
from crm.business.hours import week_of
from crm.business.models import Business, Holiday, Key, StaffBrowser, User
from engage.lib import clock


def update_business(*, by: str, at: datetime, **changes: Any) -> Business:
    """Set fields of the Business row. Raises ValidationError."""
    with transaction.atomic():
        queries.fresh_business()
        row = Business.objects.select_for_update().get(pk=1)
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        note({name: (was, getattr(row, name)) for name, was in before.items()}, by=by, at=at)
    queries.forget_cached()
    return row


def close_shop(*, until: date, tells: bool, by: str, at: datetime) -> Business:
    """Closed from now until that day. Who had closed before is closed all along. Raises ValidationError."""
    shop = queries.fresh_business()
    since = shop.closed_from if week_of(shop).is_closed(at) else at
    return update_business(by=by, at=at, closed_from=since, closed_until=until, closed_tells=tells)


def open_shop(*, by: str, at: datetime) -> Business:
    """Open again as always, earlier than was said."""
    return update_business(by=by, at=at, closed_from=None, closed_until=None)


def add_holiday(*, day: date, name: str, yearly: bool, by: str, at: datetime) -> Holiday:
    """A day that is there has another name from now on. Raises ValidationError."""
    with transaction.atomic():
        known = Holiday.objects.filter(day=day).first()
        holiday = known or Holiday(day=day)
        holiday.name, holiday.yearly = name, yearly
        holiday.full_clean()
        holiday.save()
        note({"holiday": (known or "", f"{day} {name}")}, by=by, at=at)
    queries.forget_cached()
    return holiday


def set_holidays(holidays: Collection[Mapping[str, Any]], *, by: str, at: datetime) -> None:
    """These, each with its `day`, `name` and whether it is `yearly`, and no others. Raises ValidationError."""
    with transaction.atomic():
        for gone in Holiday.objects.exclude(day__in=[one["day"] for one in holidays]):
            remove_holiday(gone, by=by, at=at)
        for one in holidays:
            if not Holiday.objects.filter(**one).exists():
                add_holiday(**one, by=by, at=at)


def remove_holiday(holiday: Holiday, *, by: str, at: datetime) -> None:
    with transaction.atomic():
        holiday.delete()
        note({"holiday": (f"{holiday.day} {holiday.name}", "")}, by=by, at=at)
    queries.forget_cached()


class LastOwner(Exception):
    """A house must keep one owner who can sign in."""


class AlreadyOwned(Exception):
    """Somebody else was first."""


def make_first_owner(*, email: str, name: str, password: str, at: datetime) -> User:
    """The owner of an empty house. Raises AlreadyOwned, ValidationError."""
    with transaction.atomic():
        queries.fresh_business()
        Business.objects.select_for_update().get(pk=1)  # of two at once, the second waits here and sees the first
        if User.objects.exists():
            raise AlreadyOwned
        return add_colleague(email=email, name=name, role=User.Role.OWNER, by=name, at=at, password=password)


def add_colleague(*, email: str, name: str, role: str, by: str, at: datetime, password: str | None = None) -> User:
    """Somebody new in the team; without a password they set one through a link. Raises ValidationError."""
    user = User(email=User.objects.normalize_email(email).lower(), name=name, role=role, date_joined=at)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    queries.forget_cached()
    return user


def change_role(user: User, *, role: str, by: str, at: datetime) -> None:
    """Raises LastOwner."""
    with transaction.atomic():
        _keep_an_owner(user, still_owner=role == User.Role.OWNER)
        User.objects.filter(pk=user.pk).update(role=role)
        note({"role": (user.role, role)}, about=str(user), by=by, at=at)
    queries.forget_cached()


def close_account(user: User, *, by: str, at: datetime) -> None:
    """They cannot sign in any more; what they said and did keeps their name. Raises LastOwner."""
    with transaction.atomic():
        _keep_an_owner(user, still_owner=False)
        User.objects.filter(pk=user.pk).update(is_active=False)
        note({"account": ("open", "closed")}, about=str(user), by=by, at=at)
    queries.forget_cached()


def open_account(user: User, *, by: str, at: datetime) -> None:
    """The way back from `close_account`."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    note({"account": ("closed", "open")}, about=str(user), by=by, at=at)
    queries.forget_cached()


def _keep_an_owner(user: User, *, still_owner: bool) -> None:
    owners = User.objects.select_for_update().filter(role=User.Role.OWNER, is_active=True).order_by("pk")
    others = [owner for owner in owners if owner.pk != user.pk]
    if not still_owner and not others:
        raise LastOwner


def create_key(*, kind: str, name: str, by: User | None = None) -> tuple[Key, str]:
    """A new key and its text, which is shown once. Raises ValidationError for an unknown kind."""
    text = f"{kind}_{secrets.token_urlsafe(24)}"
    key = Key(
        kind=kind,
        name=name,
        digest=digest(text),
        hint=text[:10],
        public=text if kind == Key.Kind.SITE else "",
        created_by=by,
    )
    key.full_clean(exclude=["digest"])
    key.save()
    note({"key": ("", "made")}, about=name, by=str(by) if by else "command", at=clock.now())
    return key, text


def revoke_key(key: Key, *, by: User, at: datetime) -> None:
    """From now on the key opens nothing (other processes follow within their cache's seconds)."""
    if Key.objects.filter(pk=key.pk, revoked=None).update(revoked=at):
        note({"key": ("made", "revoked")}, about=key.name, by=str(by), at=at)


def digest(text: str) -> bytes:
    """SHA-256: the keys are long and random, so that a slow hash would add nothing."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def add_browser(*, user: User, digest: str, browser: bytes, at: datetime) -> StaffBrowser:
    """Notify `user` in this browser, whoever used it before."""
    fields = {"user": user, "browser": browser, "at": at}
    return StaffBrowser.objects.update_or_create(digest=digest, defaults=fields)[0]


def remove_browser(browser: StaffBrowser) -> None:
    browser.delete()
