"""How PostgreSQL means to answer a statement."""

import json
from typing import Any

from django.db import connection


def nodes(statement: str, values: Any) -> list[dict]:
    """Every node of the plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
        found = cursor.fetchone()[0]
    return below((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])


def below(node: dict) -> list[dict]:
    """The node and all that it reads from."""
    return [node, *(under for child in node.get("Plans", []) for under in below(child))]
