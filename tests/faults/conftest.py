from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.stores.conftest import Databases
from tests.stores.servers import plain_engine, run

IN_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of its own is made there


class Unhurried(Databases):
    """PostgreSQL answers before its disk does: processes are killed here, it is not."""

    def url(self, kind: str) -> URL:
        is_new = kind not in self._made
        found = super().url(kind)
        if is_new and kind == "postgresql":
            name = found.database
            run(
                plain_engine(found), f"ALTER DATABASE {name} SET synchronous_commit=off"
            )
        return found


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Return databases of this run's own, whose disk is not waited for, or tested."""
    folder = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=folder) as own:
        made = Unhurried(own)
        yield made
        made.close()
