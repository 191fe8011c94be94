from tests.concurrency.sink import slow_sink  # noqa: F401 a fixture
