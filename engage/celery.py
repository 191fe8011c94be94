"""The Celery application. It carries wake-ups only: losing any message delays work by one tick and loses nothing."""

import gc
import os
import signal

from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init, worker_ready
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engage.settings")

from django.conf import settings

from engage import schedule
from engage.embedded import child
from engage.lib import wake

QUEUES = ("listen", "walk", "speak", "speak_fast", "default")
RABBITMQ = settings.BROKER_URL.startswith(("amqp", "pyamqp"))


DEAD = Queue(
    "dead",
    Exchange("engage.dead", type="fanout"),
    queue_arguments={"x-queue-type": "quorum", "x-max-length": 1000},
)
"""On RabbitMQ: what workers rejected, and the oldest wake-ups when nobody works. Nobody consumes it."""


def queue(name: str) -> Queue:
    """On RabbitMQ a replicated quorum queue that keeps the newest wake-ups; elsewhere a plain list."""
    if not RABBITMQ:
        return Queue(name, Exchange(name, type="direct"), routing_key=name)
    arguments = {"x-queue-type": "quorum", "x-dead-letter-exchange": DEAD.exchange.name, "x-max-length": 1000}
    return Queue(name, Exchange(name, type="direct"), routing_key=name, queue_arguments=arguments)


app = Celery("engage")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    broker_transport_options=(
        {"confirm_publish": True}
        if RABBITMQ
        else {"socket_timeout": 5, "socket_connect_timeout": 2, "health_check_interval": 30}
    ),
    task_queues=[queue(name) for name in QUEUES],
    task_default_queue="default",
    task_default_exchange_type="direct",
    task_ignore_result=True,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    timezone="UTC",
    beat_schedule=schedule.TABLE,
    beat_scheduler="engage.beat:Beat",
)
app.autodiscover_tasks()


@worker_ready.connect
def declare_dead_letters(**_: object) -> None:
    if RABBITMQ:
        with app.connection_for_write() as connection:
            DEAD.bind(connection.default_channel).declare()


def send(belt: str) -> None:
    """Wake a belt's workers: fails fast, and the tick comes anyway."""
    for name in schedule.WAKES[belt]:
        task, queue_name = schedule.BELTS[name]
        app.send_task(task, queue=queue_name, expires=5 * schedule.TICK, retry=False, ignore_result=True)


wake.connect(send)


@beat_embedded_init.connect
@worker_process_init.connect
def end_with_the_worker(**_: object) -> None:
    """A child in the middle of its work would not hear for as long as it takes that the worker was killed. A worker
    without children is told here too."""
    if os.environ.get(child.PARENT, str(os.getpid())) != str(os.getpid()):
        child.die_with_parent(signal.SIGKILL)


@worker_process_init.connect
def keep_code_out_of_collections(**_: object) -> None:
    """What was imported lives as long as the process: collecting without it, and only when a chunk's worth has come
    together, makes the belts a third faster."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
