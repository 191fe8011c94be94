"""When a broadcast pauses itself."""

import pytest

from campaigns.broadcasts.brakes import Harm, brake


@pytest.mark.parametrize(
    ("delivered", "complaints", "bounces", "expected"),
    [
        (3, 1, 0, ""),
        (3, 2, 0, "complaints"),
        (1999, 2, 0, "complaints"),
        (2000, 2, 0, ""),  # 0.1 % is not more than 0.1 %
        (2000, 3, 0, "complaints"),
        (4, 0, 4, ""),
        (5, 0, 5, "bounces"),
        (99, 0, 5, "bounces"),
        (100, 0, 5, ""),
        (100, 0, 6, "bounces"),
        (10, 2, 9, "complaints"),
        (0, 0, 0, ""),
    ],
)
def test_the_second_complaint_and_the_fifth_bounce(
    delivered: int, complaints: int, bounces: int, expected: str
) -> None:
    assert brake(Harm(delivered, complaints, bounces)) == expected


def test_once_somebody_looked_only_what_came_since_counts() -> None:
    before = Harm(100, 2, 8)
    assert brake(Harm(140, 3, 12).since(before)) == ""
    assert brake(Harm(140, 4, 12).since(before)) == "complaints"
    assert brake(Harm(140, 2, 13).since(before)) == "bounces"
