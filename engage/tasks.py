"""Celery's entries: each delegates in one line. A lost task costs one tick; see engage.schedule."""

from celery import shared_task

from campaigns.broadcasts import running as broadcasting
from campaigns.channels.email.received import fetching
from campaigns.contests import announcing
from campaigns.journeys.backtest import running as backtesting
from campaigns.journeys.shadow import judging
from campaigns.journeys.webhooks import sending as telling
from campaigns.surveys import telling as answers_told
from crm.catalog import news
from crm.contacts.imports import running
from crm.lists import running as acting
from engage import callouts as calling
from engage import listen as listening
from engage import maintenance
from engage import returns as returning
from engage import speak as speaking
from engage import walk as walking


@shared_task(name="engage.listen")
def listen() -> None:
    listening.run()


@shared_task(name="engage.walk")
def walk() -> None:
    walking.run()


@shared_task(name="engage.speak")
def speak() -> None:
    speaking.run()


@shared_task(name="engage.speak_fast")
def speak_fast() -> None:
    speaking.run(speaking.FAST_LANES)


@shared_task(name="engage.broadcasts")
def broadcasts() -> None:
    broadcasting.run()


@shared_task(name="engage.imports")
def imports() -> None:
    running.run()


@shared_task(name="engage.lists")
def lists() -> None:
    acting.run()


@shared_task(name="engage.backtests")
def backtests() -> None:
    backtesting.run()


@shared_task(name="engage.shadow")
def shadow() -> None:
    judging.run()


@shared_task(name="engage.product_news")
def product_news() -> None:
    news.run()


@shared_task(name="engage.contests")
def contests() -> None:
    announcing.run()


@shared_task(name="engage.webhooks")
def webhooks() -> None:
    telling.run()
    answers_told.run()


@shared_task(name="engage.returns")
def returns() -> None:
    returning.run()


@shared_task(name="engage.fetch_mail")
def fetch_mail() -> None:
    fetching.run()


@shared_task(name="engage.callouts")
def callouts() -> None:
    calling.run()


@shared_task(name="engage.sweep")
def sweep() -> None:
    maintenance.sweep()


@shared_task(name="engage.sweep_segments")
def sweep_segments() -> None:
    maintenance.sweep_segments()


@shared_task(name="engage.tell_moments")
def tell_moments() -> None:
    maintenance.tell_moments()


@shared_task(name="engage.watch_domain")
def watch_domain() -> None:
    maintenance.watch_domain()


@shared_task(name="engage.nightly")
def nightly() -> None:
    maintenance.nightly()
