"""A real IMAP server: Debian's dovecot, on a free port of this machine, with mailboxes in a folder of its own."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path
from tempfile import mkdtemp

import pytest

PASSWORD = "sesame"
DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"


@dataclass(frozen=True)
class Server:
    port: int
    home: Path

    def box(self, login: str = "hello") -> IMAP4:
        box = IMAP4("127.0.0.1", self.port)
        box.login(login, PASSWORD)
        box.select("INBOX")
        return box

    def deliver(self, *mails: bytes, login: str = "hello") -> None:
        box = self.box(login)
        for mail in mails:
            box.append("INBOX", "", None, mail.replace(b"\n", b"\r\n"))
        box.logout()

    def seen(self, login: str = "hello") -> int:
        box = self.box(login)
        found = box.search(None, "SEEN")[1][0].split()
        box.logout()
        return len(found)


@contextmanager
def serving() -> Iterator[Server]:
    if not Path(DOVECOT).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("there is no dovecot: .ci/run installs it")
        pytest.skip("there is no dovecot here (Debian: dovecot-imapd)")
    home = Path(mkdtemp(prefix="imap"))
    home.chmod(0o755)
    server = Server(_free_port(), home)
    (home / "dovecot.conf").write_text(_configuration(server))
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(home / "dovecot.conf")], stderr=subprocess.DEVNULL)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def _wait(server: Server, process: subprocess.Popen) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            server.box().logout()
            return
        except (OSError, IMAP4.error):
            time.sleep(0.1)
    log = server.home / "log"
    raise RuntimeError(f"dovecot did not start: {log.read_text()[-2000:] if log.exists() else process.returncode}")


def _configuration(server: Server) -> str:
    user = "nobody" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
    mails = server.home / "mails"
    mails.mkdir()
    if os.geteuid() == 0:
        shutil.chown(mails, "nobody")
    inner = "dovecot" if os.geteuid() == 0 else user
    return f"""
base_dir = {server.home}/run
state_dir = {server.home}/state
log_path = {server.home}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
default_internal_user = {inner}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{mails}/%u
mail_fsync = never
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {server.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={"nogroup" if os.geteuid() == 0 else os.getgid()} home={mails}/%u
}}
"""
