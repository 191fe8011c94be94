"""Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture
def board(db):
    """Open; suggestions are read first."""
    from campaigns.board.models import Board

    return Board.objects.create(is_open=True)


@pytest.fixture
def oats(board, alice):
    """Alice suggested oat milk, and everybody may read it."""
    from tests.campaigns.board.suggesting import suggested

    return suggested(alice, "Oat milk at the counter", "For the flat white.")
