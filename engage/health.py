"""Whether the product is alive and able to work."""

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, JsonResponse

from engage import celery
from engage.lib import sql

MOST = 100_000  # nobody needs to know how far above this a backlog is, and counting it would cost

FIGURES = f"""
    SELECT (SELECT count(*) FROM (SELECT FROM crm_events_inbox WHERE due <= now() LIMIT {MOST}) AS listening),
           (SELECT count(*) FROM (SELECT FROM campaigns_journeys_duewait WHERE due <= now() AND NOT parked LIMIT {MOST})
            AS walking),
           (SELECT count(*) FROM (SELECT FROM crm_dialogue_outbox WHERE due <= now() LIMIT {MOST}) AS speaking),
           (SELECT coalesce(extract(epoch FROM max(now() - xact_start)), 0) FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid())
"""  # noqa: S608 a number of ours


def alive(request: HttpRequest) -> JsonResponse:
    """Answers as long as the process does; `instance` tells bin/start that this server is its own."""
    return JsonResponse({"status": "ok", "instance": settings.INSTANCE_ID})


def ready(request: HttpRequest) -> JsonResponse:
    """503 only without the database. One query; backlogs are what is due now, times are in seconds."""
    try:
        [(listening, walking, speaking, oldest)] = sql.rows(FIGURES)
    except Error:
        return JsonResponse({"status": "unavailable", "database": False}, status=503)
    return JsonResponse(
        {
            "status": "ok",
            "database": True,
            "broker": broker_answers(),
            "backlog": {"listen": listening, "walk": walking, "speak": speaking},
            "oldest_transaction": round(float(oldest), 3),
        }
    )


def broker_answers() -> bool:
    """Asks for at most a second or two."""
    try:
        with celery.app.connection_for_write(connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    except Exception:  # every transport has its own errors, and each means no
        return False
    return True
