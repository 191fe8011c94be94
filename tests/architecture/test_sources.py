"""What no linter we use can say about our sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

from engage.embedded.servers import PROJECT

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
SAYING_NOTHING = {"utils", "helpers", "services", "manager", "managers", "common", "misc"}
OURS = {"engage", "crm", "campaigns"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def sources() -> Iterator[Path]:
    for folder in ("engage", "crm", "campaigns"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, FUNCTIONS))


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports; one with dots in front is ours."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return ["engage" if node.level else node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_no_import_of_ours_hides_in_a_function():
    """There it would hide a cycle. Code of others may ask for settings first; ruff wants a reason for each."""
    found = {
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in sources()
        for function in functions(path)
        for node in ast.walk(function)
        if any(module.split(".")[0] in OURS for module in imported(node))
    }
    assert found == set()


def test_no_file_is_longer_than_one_can_hold_in_mind():
    lengths = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen():
    too_long = {
        f"{path.relative_to(PROJECT)}:{function.lineno} {function.name}": function.end_lineno - function.lineno + 1
        for path in sources()
        for function in functions(path)
        if function.end_lineno is not None and function.end_lineno - function.lineno >= LONGEST_FUNCTION
    }
    assert too_long == {}


def test_every_module_has_a_name_that_says_something():
    assert [str(path.relative_to(PROJECT)) for path in sources() if path.stem in SAYING_NOTHING] == []
