"""The control of `bench send`: django-post_office with its defaults sends the same mail, in a process of its own.

    python -m engage.bench.post_office COUNT

Rendering happens on delivery, as in ours; queueing is not measured on either side. Prints the seconds.
"""

import logging
import os
import sys
import time

import django
from django.core.management import call_command

from engage.bench.mail import SUBJECT, body, variables


def main(count: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "engage.bench.post_office_settings"
    django.setup()
    # Models of post_office exist only once its settings are set up.
    from post_office import mail  # noqa: PLC0415
    from post_office.models import EmailTemplate  # noqa: PLC0415

    logging.disable(logging.INFO)
    call_command("migrate", "post_office", verbosity=0)
    recall = "{% if milk %}<p>With {{ milk.value }}, {{ milk.because }}.</p>{% endif %}"
    template = EmailTemplate.objects.create(name="bench", subject=SUBJECT, html_content=body(recall))
    mail.send_many(
        [
            {
                "recipients": [f"p{number}@bench.test"],
                "sender": "shop@shop.test",
                "template": template,
                "render_on_delivery": True,
                "context": {
                    "contact": {"name": f"Person {number}", "first_name": "Person"},
                    "event": variables(number),
                    "milk": {"value": "oat milk", "because": "you mentioned in May"},
                },
            }
            for number in range(count)
        ]
    )
    began = time.perf_counter()
    sent = 0
    while sent < count:
        sent += mail.send_queued(processes=1)[0]
    sys.stdout.write(f"{time.perf_counter() - began}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
