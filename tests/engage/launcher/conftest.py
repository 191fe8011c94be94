from pathlib import Path

import pytest

from engage.embedded.home import Home
from tests import prepared


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def laid_out(home: Path) -> Path:
    """A home whose tables are laid out."""
    prepared.copy_to(Home(home))
    return home
