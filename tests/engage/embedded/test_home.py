"""Where things lie: the paths are short enough for sockets and readable by the servers."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from engage.embedded.home import LONGEST_SOCKET_PATH, Home
from engage.lib import server_urls


@pytest.fixture
def open_folder(tmp_path_factory):
    """A short folder that everybody may pass, which pytest's own is not."""
    folder = Path("/tmp") / f"engage-home-{os.getpid()}"
    folder.mkdir(mode=0o755)
    yield folder
    folder.rmdir()


def test_sockets_lie_in_the_home(open_folder):
    assert Home(open_folder).sockets == open_folder / "run"


@pytest.mark.parametrize("length", [1, 60, 70, 80, 100, 250])
def test_a_long_home_still_has_short_sockets(open_folder, length):
    home = Home(open_folder / ("x" * length))
    for name in (".s.PGSQL.5432.lock", "valkey.sock", "supervisor.sock.4194304"):
        assert len(os.fsencode(home.sockets / name)) <= LONGEST_SOCKET_PATH


def test_two_long_homes_do_not_share_their_sockets(open_folder):
    assert Home(open_folder / ("x" * 200)).sockets != Home(open_folder / ("x" * 201)).sockets


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's PostgreSQL may have to run as nobody")
def test_the_sockets_of_a_closed_home_of_root_lie_where_nobody_may_go(tmp_path):
    tmp_path.chmod(0o700)
    assert Home(tmp_path / "home").sockets.parent == Path("/tmp")


@pytest.mark.parametrize("name", ["plain", "with space", "50%", "täglich", "a&b=c"])
def test_addresses_survive_odd_folders(open_folder, name):
    home = Home(open_folder / name)
    entry = server_urls.database("DATABASE_URL", home.database_url("tea"))
    assert (entry["HOST"], entry["NAME"], entry["USER"]) == (str(home.sockets), "tea", "engage")
    broker = urlsplit(server_urls.broker("CELERY_BROKER_URL", home.broker_url(7)))
    assert parse_qs(broker.query) == {"virtual_host": ["7"]}
    server_urls.cache("CACHE_URL", home.cache_url())
