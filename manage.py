#!/usr/bin/env python
"""Django's command line. Embedded servers that are needed and not running are started for as long as a command runs."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line

from engage.embedded import servers
from engage.embedded.waiting import TooLong
from engage.lib.env import BadSetting

NEED_NO_SERVER = {"check", "collectstatic", "compilemessages", "help", "makemessages", "start"}
NEED_NO_SERVER |= {"diffsettings", "findstatic", "spectacular", "startapp", "test", "version", "vendor"}


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engage.settings")
    try:
        if needs_servers(arguments):
            with servers.available(settings.HOME, settings.EMBEDDED):
                execute_from_command_line(arguments)
        else:
            execute_from_command_line(arguments)
    except (BadSetting, TooLong) as error:
        sys.exit(f"engage: {error}")


def needs_servers(arguments: list[str]) -> bool:
    command = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = bool({"--help", "-h", "--version"} & set(arguments[1:]))
    return not asks_for_help and command not in NEED_NO_SERVER and bool(settings.EMBEDDED)


if __name__ == "__main__":
    main(sys.argv)
