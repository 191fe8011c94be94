"""A piece of SQL and the values that belong to its placeholders.

Values never enter the text: they travel beside it, in the order of their ``%s``.
"""

from typing import Any, NamedTuple


class Sql(NamedTuple):
    text: str
    params: tuple[Any, ...] = ()


def trusted(text: str) -> Sql:
    """SQL written by a developer (a registered column or table), safe beside placeholders."""
    return Sql(text.replace("%", "%%"))


def bind(value: Any, cast: str) -> Sql:
    """A value as a placeholder of a stated type, the same under client and server side binding."""
    return Sql(f"%s::{cast}", (value,))


def compose(template: str, *parts: Sql) -> Sql:
    """Put the parts into the template's ``{}``, keeping the values in step."""
    first, *rest = template.split("{}")
    text = first + "".join(part.text + after for part, after in zip(parts, rest, strict=True))
    return Sql(text, tuple(value for part in parts for value in part.params))


def join(separator: str, parts: list[Sql]) -> Sql:
    text = separator.join(part.text for part in parts)
    return Sql(text, tuple(value for part in parts for value in part.params))
