"""Contents of designs for tests, made by hand and at random."""

from typing import Any

from hypothesis import strategies as st

from campaigns.designs.blocks import ADDRESS, BLOCKS, CHOICE, COLUMNS, LETTER, NAME, OUTERMOST, PICTURE, PRODUCT, Field
from campaigns.designs.parse import empty

KEPT = "0123456789abcdef0123456789abcdef01234567-800x600.jpg"
TEA = "0198a1e2-0000-7000-8000-000000000001"
NASTY = [
    "</mj-text><mj-raw><script>alert(1)</script></mj-raw>",
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "]]> <!-- & &amp; &#0; &nope; -->",
    "{% raw %}</mj-text><script>{% endraw %}",
    "\x00\x1b\ud800￾ tab\t",
]
LIQUID = [
    "{{ contact.first_name }}",
    "{% if contact.company %}a{% else %}b{% endif %}",
    "{% recall milk %}m{% endrecall %}",
]


def letter(**body: str) -> dict[str, Any]:
    content = empty("letter")
    content["subject"] = body.pop("subject", "News from the quay")
    content["body"] |= {"text": "The new beans are here. Come and taste them on Saturday."} | body
    return content


def designed(*blocks: dict[str, Any], **content: Any) -> dict[str, Any]:
    numbered = [{"id": f"b{number}", **block} for number, block in enumerate(blocks)]
    return empty("designed") | {"subject": "News from the quay", "body": {"blocks": numbered}} | content


def words(most: int) -> st.SearchStrategy[str]:
    some = (
        st.text(max_size=40)
        | st.sampled_from(NASTY)
        | st.sampled_from(LIQUID)
        | st.just("**b** [a](https://a.example)")
    )
    return st.lists(some, max_size=3).map("\n\n".join).filter(lambda text: _plain(text)[:most] and len(text) <= most)


def _plain(text: str) -> str:
    """What opens Liquid by chance is no valid text."""
    rest = text
    for piece in [*LIQUID, NASTY[4]]:
        rest = rest.replace(piece, "")
    return "" if "{{" in rest or "{%" in rest or "}}" in rest or "%}" in rest else text or "x"


def value(field: Field) -> st.SearchStrategy[str]:
    addresses = ["", "https://shop.example/a?b=c&d=e", "mailto:olga@shop.example", "{{ product.url }}"]
    by_kind = {
        CHOICE: st.sampled_from(field.choices or ("",)),
        PRODUCT: st.sampled_from(["", TEA]),
        NAME: st.sampled_from(["", "milk"]),
        ADDRESS: st.sampled_from([*addresses, "https://shop.example/{{ contact.first_name }}?a=\"'<>"]),
        PICTURE: st.sampled_from(["", KEPT, "https://shop.example/a.png", "{{ product.image }}"]),
    }
    return by_kind[field.kind] if field.kind in by_kind else st.just("") | words(field.most)


def block(type: str) -> st.SearchStrategy[dict[str, Any]]:
    fields = st.fixed_dictionaries({name: value(field) for name, field in BLOCKS[type].items()})
    if type != COLUMNS:
        return fields.map(lambda found: {"type": type, **found})
    column = st.lists(simple, max_size=2)
    return st.lists(column, min_size=2, max_size=3).map(lambda columns: {"type": type, "columns": columns})


simple = st.one_of([block(type) for type in BLOCKS if type not in OUTERMOST])
any_block = st.one_of([block(type) for type in BLOCKS])


def _numbered(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = iter(range(10_000))

    def number(found: dict[str, Any]) -> dict[str, Any]:
        columns = [[number(one) for one in column] for column in found.get(COLUMNS, [])]
        return found | {"id": f"b{next(numbers)}"} | ({COLUMNS: columns} if columns else {})

    return empty("designed") | {"subject": "s", "body": {"blocks": [number(one) for one in blocks]}}


any_designed = st.lists(any_block, max_size=6).map(_numbered)
any_letter = st.fixed_dictionaries({name: value(field) for name, field in LETTER.items()}).map(
    lambda body: empty("letter") | {"subject": "s", "body": body}
)
