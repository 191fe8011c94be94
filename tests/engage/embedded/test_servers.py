"""The embedded servers start for anybody, survive every crash, and leave nothing behind."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
import redis

from engage.embedded import owner, postgres, servers, unprivileged
from engage.embedded.home import Home
from engage.embedded.waiting import TooLong, until

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="this is what root has to do")


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "a home with spaces, 100% of it")
    yield home
    shutil.rmtree(home.sockets, ignore_errors=True)


def query(home: Home, statement: str) -> list[tuple]:
    with psycopg.connect(home.database_url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def server_pid(home: Home) -> int:
    data = postgres.data_folder(home, unprivileged.best_way())
    return int((data / "postmaster.pid").read_text().split("\n")[0])


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_both_answer_and_nobody_else_may_enter(home):
    with servers.available(home):
        assert query(home, "SELECT lower('ÄÖ'), current_setting('listen_addresses')") == [("äö", "")]
        assert redis.Redis(unix_socket_path=str(home.valkey_socket)).ping()
        assert home.sockets.stat().st_mode & 0o777 == 0o700
        pid = server_pid(home)
    assert not is_running(pid)


def test_data_survives_kill_9_of_both(home):
    with servers.available(home):
        query(home, "CREATE TABLE kept (word text)")
        query(home, "INSERT INTO kept VALUES ('tea')")
        client = redis.Redis(unix_socket_path=str(home.valkey_socket))
        client.set("kept", "milk")
        time.sleep(1.2)  # Valkey writes its log once a second
        os.kill(client.info()["process_id"], signal.SIGKILL)
        os.kill(server_pid(home), signal.SIGKILL)
    with servers.available(home):
        assert query(home, "SELECT word FROM kept") == [("tea",)]
        assert redis.Redis(unix_socket_path=str(home.valkey_socket)).get("kept") == b"milk"


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(home):
    with servers.available(home, ["postgres"]):
        data = postgres.data_folder(home, unprivileged.best_way())
        left_behind = (data / "postmaster.pid").read_text().split("\n", 1)[1]
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{left_behind}")
    (home.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n{left_behind}")
    with servers.available(home, ["postgres"]):
        assert query(home, "SELECT 1") == [(1,)]


def test_a_server_left_without_its_parent_is_stopped_first(home):
    home.log.mkdir(parents=True)
    with servers.child_process(home, "postgres") as left_behind:
        servers.wait_until_ready(home, ["postgres"])
        with servers.running(home, ["postgres"]):
            assert left_behind.wait(10) == 0
            assert query(home, "SELECT 1") == [(1,)]


def test_half_a_cluster_is_thrown_away(home):
    half = postgres.data_folder(home, unprivileged.best_way()).with_name("postgres.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with servers.available(home, ["postgres"]):
        assert query(home, "SELECT 1") == [(1,)]
    assert not half.exists()


def test_a_server_that_cannot_start_is_said_at_once(home):
    with servers.available(home, ["postgres"]):
        data = postgres.data_folder(home, unprivileged.best_way())
    data.chmod(0o755)
    begun = time.monotonic()
    with pytest.raises(TooLong, match=r"postgres does not start; see .*postgres\.log"), servers.available(home):
        pass
    assert time.monotonic() - begun < 20


def test_the_servers_die_with_a_parent_that_is_killed(home):
    code = f"""if True:
        import time
        from pathlib import Path
        from engage.embedded import servers
        from engage.embedded.home import Home
        with servers.available(Home(Path({str(home.root)!r}))):
            print("ready", flush=True)
            time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=servers.PROJECT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        pids = [server_pid(home), redis.Redis(unix_socket_path=str(home.valkey_socket)).info()["process_id"]]
        parent.kill()
    until(lambda: not any(map(is_running, pids)), "the end of both servers", seconds=10)


def test_two_commands_share_the_servers_that_the_first_started(home):
    order = []
    inside, leave = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait()
        with servers.available(home, ["postgres"]):
            order.append("second came")
            leave.set()
            time.sleep(0.5)
            query(home, "SELECT 1")
            order.append("second left")

    thread = threading.Thread(target=second)
    thread.start()
    with servers.available(home, ["postgres"]):
        inside.set()
        leave.wait(20)
    order.append("stopped")
    thread.join()
    assert order == ["second came", "second left", "stopped"]


def test_the_second_owner_is_told_about_the_first(home):
    def try_to_own() -> str:
        try:
            with owner.owning(home):
                return "owned"
        except owner.AlreadyOwned as error:
            return str(error)

    with owner.owning(home) as lock:
        owner.say(lock, "http://localhost:8000, process 42")
        assert try_to_own() == "http://localhost:8000, process 42"
    assert try_to_own() == "owned"


def test_the_log_of_postgres_holds_no_words_of_customers(home):
    with servers.available(home, ["postgres"]):
        query(home, "CREATE TABLE people (email text UNIQUE)")
        query(home, "INSERT INTO people VALUES ('alice@shop.example')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            query(home, "INSERT INTO people VALUES ('alice@shop.example')")
    assert "alice" not in (home.log / "postgres.log").read_text()


@ROOT_ONLY
def test_where_user_namespaces_are_forbidden_root_runs_it_as_nobody():
    root = Path("/tmp") / f"engage-nobody-{os.getpid()}"
    root.mkdir(mode=0o755)
    home = Home(root)
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=postgres.serve, args=[home], kwargs={"way": unprivileged.Way.SETUID})
    server.start()
    try:
        until(lambda: postgres.accepts(home), "the start of PostgreSQL", seconds=30)
        assert Path(f"/proc/{server_pid(home)}").stat().st_uid == unprivileged.NOBODY
        assert query(home, "SELECT 1") == [(1,)]
    finally:
        os.kill(server.pid, signal.SIGINT)
        server.join()
        shutil.rmtree(root)


@ROOT_ONLY
def test_a_folder_that_somebody_else_made_is_refused(tmp_path):
    strangers = tmp_path / "strangers"
    strangers.mkdir()
    os.chown(strangers, 12345, 12345)
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        unprivileged.own(strangers, unprivileged.Way.AS_WE_ARE)


def test_a_server_that_forgets_the_first_word_hears_the_second():
    deaf = "import signal, time; signal.signal(signal.SIGINT, lambda *_: None); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as server:
        assert server.stdout and server.stdout.readline() == b"up\n"
        servers.stop(server)
    assert server.returncode == -signal.SIGTERM
