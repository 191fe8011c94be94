"""The measure of the chat works at any size: a line is said, told, and read by a colleague."""

from contextlib import contextmanager

from engage.bench import chat


def test_each_line_is_said_and_then_read(test_environment, monkeypatch) -> None:
    """On the test's own database, instead of one that is made for it."""

    @contextmanager
    def ours():
        yield test_environment["DATABASE_URL"]

    monkeypatch.setattr(chat, "database", ours)
    found = chat.run(streams=3, lines=4)
    assert (found["streams"], found["lines"]) == (3, 4)
    assert 0 < found["said_p50_ms"] <= found["p50_ms"] <= found["p99_ms"]
