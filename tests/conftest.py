"""Real servers for every test: PostgreSQL and Valkey in a home of their own, made when pytest starts."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from crm.contacts.imports import files
from engage.embedded import servers
from engage.embedded.home import Home
from tests import emptying, prepared
from tests.browser import browser_type_launch_args, chromium  # noqa: F401 fixtures
from tests.real_servers import (  # noqa: F401
    collected_static,
    rabbitmq_url,
    redis_url,
    run_web,
    run_worker,
    second_postgres,
    test_environment,
)
from tests.smtp import smtp_sink  # noqa: F401

if TYPE_CHECKING:
    from crm.contacts.models import Contact

OURS = ("ENGAGE_", "ANYMAIL_", "CELERY_", "CACHE_", "DATABASE_", "EMAIL_", "LISTEN_", "SECRET_KEY", "PUBLIC_URL")
LEFT_ALONE = ("ENGAGE_TEST_",)
ALONE = {"run_worker"}
"""Who uses one of these fixtures starts workers of its own and looks at the clock: nothing else may run beside it."""
BROWSER = {"live_server", "page", "run_web"}
"""Who uses one of these waits for a server or a browser that takes a core of its own: no more at once than cores."""
PRODUCT_FOLDERS = ("tests/concurrency/", "tests/engage/launcher/")
"""Here the whole product is started, and mostly waited for: each knows its processes by their home, so two may run at
once. Who measures how soon something happens says that it is `alone`."""
SERVER_FOLDER = "tests/engage/embedded/"
stack = ExitStack()

# How long an example takes says something of the machine, and how long it takes to think of one too.
settings.register_profile(
    "any machine",
    parent=settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if ALONE.intersection(fixtures) or item.get_closest_marker("alone"):
            item.add_marker("alone")
        elif item.nodeid.startswith(PRODUCT_FOLDERS):
            item.add_marker("product")
        elif BROWSER.intersection(fixtures) or item.nodeid.startswith(SERVER_FOLDER):
            item.add_marker("browser")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="torment the product for as long as a release deserves")


def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the servers; each of xdist's workers uses databases of its own on them."""
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    if not worker:
        start_servers()
    home = Home(Path(os.environ["ENGAGE_TEST_HOME"]))
    first_number = 2 * int(worker.removeprefix("gw")) + 2 if worker else 0
    for name in [name for name in os.environ if name.startswith(OURS) and not name.startswith(LEFT_ALONE)]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "engage.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's synchronous interface runs a loop
        "ENGAGE_HOME": str(home.root),
        "DATABASE_URL": home.database_url(),
        "CELERY_BROKER_URL": home.broker_url(first_number),
        "CACHE_URL": home.cache_url(first_number + 1),
        "SECRET_KEY": "only for tests, where nothing is secret",
    }
    simplify_settings()


def pytest_xdist_setupnodes() -> None:
    """Workers inherit the environment; one that finds settings named in it reads them before it has databases of its
    own, and all would share this process's cache."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def start_servers() -> None:
    root = Path(tempfile.mkdtemp(prefix="engage-test-"))
    os.environ["ENGAGE_TEST_HOME"] = str(root)
    stack.callback(shutil.rmtree, root, ignore_errors=True)
    stack.callback(shutil.rmtree, Home(root).sockets, ignore_errors=True)
    prepared.copy_if_there(Home(root))
    stack.enter_context(servers.running(Home(root), fsync="off", full_page_writes="off"))


def simplify_settings() -> None:
    """What only costs time in tests: slow password hashes, names of static files that carry a hash, new files for
    tables that are emptied."""
    from django.conf import settings

    emptying.empty_quickly()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = settings.HOME.root / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.SURVEY_WORDS_A_SECOND = 0  # tests answer faster than anybody reads
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, worker_id: str) -> None:
    """Tables are laid out once, and copied for each of several workers."""
    from django.db import connection

    home = Home(Path(os.environ["ENGAGE_TEST_HOME"]))
    if worker_id != "master" or prepared.is_migrated(home):
        connection.settings_dict["TEST"]["TEMPLATE"] = prepared.template(home)


@pytest.fixture(autouse=True, scope="session")
def uploads_apart(worker_id: str) -> Iterator[None]:
    """Processes of tests share a home; each has a folder of its own for uploads, so that it can be looked through."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "folder", lambda: Path(os.environ["ENGAGE_TEST_HOME"]) / f"imports-{worker_id}")
        yield


@pytest.fixture(autouse=True)
def clean_slate() -> Iterator[None]:
    """No test meets the shop as another had it, which a process keeps for a second, nor how often somebody asked then.
    Imported here because Django's settings are not known before."""
    from django.core.cache import cache

    from crm.business.queries import forget_cached

    cache.clear()
    forget_cached()
    yield
    forget_cached()


@pytest.fixture
def alice(db: None) -> "Contact":
    from tests import cast

    return cast.alice()


@pytest.fixture
def bob(db: None) -> "Contact":
    from tests import cast

    return cast.bob()


def pytest_unconfigure() -> None:
    stack.close()
