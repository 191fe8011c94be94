"""What the team wrote: a letter in two languages, and an offer of two coffees with a line for those who told us."""

from datetime import timedelta
from typing import Any

from campaigns.designs import keeping
from campaigns.designs.actions import create_design
from campaigns.designs.parse import empty, new_block
from crm.catalog.models import Product
from engage.seeds.shop.products import SITE
from engage.seeds.shop.scene import Scene

ENGLISH = (
    "The Kettle this month",
    "Hello {{ contact.first_name | default: 'there' }},\n\nthe **Sidamo** is back, lighter than last year. On Saturday "
    "from 10 to 12 we brew it for whoever comes, and the first cup is on us.\n\n"
    "Answer this letter and it comes to me.\n\n"
    "{{ business.sender_name }}",
    "See what is new",
)
SPANISH = (
    "La tetera este mes",
    "Hola {{ contact.first_name | default: '' }},\n\nel **Sidamo** ha vuelto, más ligero que el año pasado. El sábado "
    "de 10 a 12 lo preparamos para quien venga, y la primera taza es nuestra.\n\n"
    "Si contestas a esta carta, me llega a mí.\n\n"
    "{{ business.sender_name }}",
    "Ver lo nuevo",
)


def write(scene: Scene) -> None:
    """Drafts; nothing of them is sent."""
    by, at = str(scene.team["marketer"]), scene.now
    social = [["Instagram", "https://instagram.example/copperkettle"]]
    keeping.change_style(social=social, footer="Open Tuesday to Saturday, 8 to 6.", by=by, at=at - timedelta(days=30))
    letter = {"en": _letter(*ENGLISH), "es": _letter(*SPANISH)}
    create_design(kind="letter", name="This month", language="en", contents=letter, by=by, at=at - timedelta(days=6))
    offer = {"en": _offer()}
    create_design(kind="designed", name="Two coffees", language="en", contents=offer, by=by, at=at - timedelta(days=1))


def _letter(subject: str, text: str, label: str) -> dict[str, Any]:
    content = empty("letter")
    return content | {"subject": subject, "body": content["body"] | {"text": text, "label": label, "url": SITE}}


def _offer() -> dict[str, Any]:
    ids = dict(Product.objects.values_list("external_id", "uid"))
    first = new_block("product", "b4") | {"product": str(ids["C03"]), "instead": str(ids["C04"])}
    second = new_block("product", "b5") | {"product": str(ids["C02"]), "instead": str(ids["C01"])}
    told = "You take {{ value }}, {{ because }}: the Night Watch was made for it."
    blocks = [
        new_block("heading", "b1") | {"text": "Two coffees, picked for you"},
        new_block("told", "b2") | {"key": "milk", "text": told, "otherwise": "One is bright, the other dark."},
        new_block("columns", "b3") | {"columns": [[first], [second]]},
        new_block("signature", "b6") | {"words": "Until soon,"},
        new_block("social", "b7"),
        new_block("footer", "b8"),
    ]
    return empty("designed") | {
        "subject": "Two coffees for you, {{ contact.first_name | default: 'friend' }}",
        "preheader": "While they last",
        "body": {"blocks": blocks},
    }
