from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores.conftest import Databases

IN_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of its own is made there


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Return databases of this run's own, on no disk: none is waited for, or tested."""
    folder = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=folder) as own:
        made = Databases(own)
        yield made
        made.close()
