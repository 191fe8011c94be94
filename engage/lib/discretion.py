"""What a log line may show: the links of customers stand in paths, and whoever holds a link can use it."""

import logging
import re

_TOKEN = re.compile(r"[\w-]{8,}\.[\w-]{22}(?![\w-])")  # as `tokens.sign` makes them


class Discreet(logging.Formatter):
    """A formatter that leaves signed tokens out, wherever in the record they stand."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("…", super().format(record))
