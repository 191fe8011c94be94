"""The same mail for all senders: about 6 KB of HTML, 15 variables, a loop, a line of memory, tracked links."""

SUBJECT = "{{ contact.first_name }}, your {{ event.product }} is ready"
_RECALL = "{% recall milk %}<p>With {{ value }}, {{ because }}.</p>{% endrecall %}"
VARIABLES = ("city", "product", "price", "roast", "weight", "shop", "street", "code", "points", "day", "month", "year")

_ROW = (
    "<tr><td style='padding:8px 12px;border-bottom:1px solid #e6e1d8;font:16px/24px Helvetica,Arial,sans-serif'>"
    "{{ line.name }}</td><td style='padding:8px 12px;text-align:right'>{{ line.price }}</td></tr>"
)
_PARAGRAPH = (
    "<p style='margin:0 0 16px;font:16px/24px Helvetica,Arial,sans-serif;color:#1f2622'>We roast on Mondays and send "
    "on Tuesdays, so that what you drink was green last week. This week it is the %s of {{ event.city }}, which many "
    "of our regulars brew a little cooler than they are used to, and a little slower, and then like best.</p>"
)
_LINK = "<p><a href='https://shop.example/%s?from=mail' style='color:#1f6f5c'>Look at the {{ event.%s }}</a></p>"


def body() -> str:
    """The HTML, as Liquid."""
    values = "".join(f"<p>{name}: {{{{ event.{name} }}}}</p>" for name in VARIABLES)
    paragraphs = "".join(_PARAGRAPH % name + _LINK % (name, name) for name in VARIABLES[:7])
    rows = "{% for line in event.lines %}" + _ROW + "{% endfor %}"
    return (
        f"<html><body><h1>Good morning, {{{{ contact.first_name }}}}</h1><p>{{{{ contact.name }}}}</p>{values}"
        f"{paragraphs}<table>{rows}</table>{_RECALL}</body></html>"
    )


def variables(number: int) -> dict:
    """What the occasion adds for the recipient with this number."""
    return {
        **{name: f"{name} {number}" for name in VARIABLES},
        "lines": [{"name": f"Coffee {number} {line}", "price": f"{line}.50"} for line in range(5)],
    }
