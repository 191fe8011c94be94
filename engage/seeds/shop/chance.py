import random


def lot(what: str) -> random.Random:
    """Chance that falls the same way each time."""
    return random.Random(f"{what} of the demo shop")  # noqa: S311 a plan, no secret
