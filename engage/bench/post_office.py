"""The control of `bench send`: django-post_office with its defaults sends the same mail, in a process of its own.

    python -m engage.bench.post_office WARMING COUNT

Its templates are made of our compiled design, so that both parts, the footer and the headers are the same to the
letter; the links' tokens are constant, so it signs none. Rendering happens on delivery, as in ours; queueing is not
measured on either side, nor are the first mails, while which code is loaded. Prints the seconds of COUNT mails.
"""

import logging
import os
import re
import sys
import time
from typing import Any

import django
from django.core.management import call_command

from campaigns.channels.compile import compile_design
from campaigns.channels.skeleton import Part, Skeleton
from engage.bench.mail import SUBJECT, body, variables

URL = "http://localhost:8000/%s/MDFhMjI1NTctNTE4NS03MjcyLThjNGQtODY1NTViYWRiZTQy.bFt0qVjYm3iB_-hCHBZZ8w"


_AS_DJANGO = (
    (r"{% recall (\w+) %}", r"{% if recall.\1 %}{% with value=recall.\1.value because=recall.\1.because %}"),
    (r"{% endrecall %}", "{% endwith %}{% endif %}"),
    (r"links\[(\d+)\]", r"links.\1"),
    ("newline_to_br", "linebreaksbr"),
)


def main(warming: int, count: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "engage.bench.post_office_settings"
    django.setup()
    # Models of post_office exist only once its settings are set up.
    from post_office import mail  # noqa: PLC0415
    from post_office.models import EmailTemplate  # noqa: PLC0415

    logging.disable(logging.INFO)
    call_command("migrate", "post_office", verbosity=0)
    design = compile_design(SUBJECT, body(), "html")
    template = EmailTemplate.objects.create(
        name="bench",
        subject=source(design, design.subject),
        content=source(design, design.text),
        html_content=source(design, design.html),
    )
    for number in (warming, count):
        mail.send_many([_mail(one, template) for one in range(number)])
        began = time.perf_counter()
        sent = 0
        while sent < number:
            sent += mail.send_queued(processes=1)[0]
    sys.stdout.write(f"{time.perf_counter() - began}\n")


def source(design: Skeleton, part: Part) -> str:
    """A part of our design as a Django template."""
    text = part.splice([slot.before + slot.source + slot.after for slot in design.slots])
    for liquid, theirs in _AS_DJANGO:
        text = re.sub(liquid, theirs, text)
    return text


def _mail(number: int, template: Any) -> dict:
    return {
        "recipients": [f"p{number}@bench.test"],
        "sender": "shop@shop.test",
        "template": template,
        "render_on_delivery": True,
        "headers": {
            "List-Unsubscribe": f"<{URL % 'u'}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
        "context": context(number),
    }


def context(number: int) -> dict:
    """What ours knows of the recipient with this number."""
    return {
        "contact": {"name": f"Person {number}", "first_name": "Person"},
        "business": {"postal_address": ""},
        "event": variables(number),
        "recall": {"milk": {"value": "oat milk", "because": "you mentioned in May"}},
        "links": [f"{URL % 'c'}.{link}" for link in range(7)],
        **{name: URL % name[0] for name in ("talk_url", "memory_url", "unsubscribe_url")},
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
