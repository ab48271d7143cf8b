"""The revisions in their order, and how they are run: on a connection or into a script.

Revisions get Alembic's `Operations` handed over. The module `alembic.op` is not set:
it belongs to whoever runs a history of their own, perhaps in this very moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO
from types import ModuleType
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script
from alembic.script.revision import RevisionMap
from sqlalchemy import Connection

from securelogin.stores.sql.migrations.names import Names
from securelogin.stores.sql.migrations.versions import v0001

__all__ = ["SHIPPED", "History"]

SHIPPED = (v0001,)
"""This package's own revisions, oldest first."""


class History:
    """One line of revisions.

    Args:
        modules: the revisions, oldest first. A test puts one after those shipped.
    """

    def __init__(self, *modules: ModuleType) -> None:
        self._revisions = tuple(
            Script(module, module.revision, str(module.__file__)) for module in modules
        )
        self._map = RevisionMap(lambda: self._revisions)
        # Joins them into a line, and raises if that forks.
        self._map.get_current_head()

    @property
    def versions(self) -> tuple[str, ...]:
        """All versions, oldest first."""
        return tuple(script.revision for script in self._revisions)

    def after(self, version: str | None, /) -> tuple[str, ...]:
        """Return the versions that follow one; all if there is none yet.

        Raises:
            ValueError: there is no such version.
        """
        if version is None:
            return self.versions
        return self.versions[self.versions.index(version) + 1 :]

    def run(self, connection: Connection, names: Names, /) -> None:
        """Bring the tables to the newest version, in the connection's transaction.

        To be called by one at a time, and where the version found is known here.
        """
        context = MigrationContext.configure(connection, opts=self._options(names))
        context.run_migrations(op=Operations(context), names=names)

    def script(self, dialect: str, names: Names, /, *, after: str | None) -> str:
        """Return the same as text, for a database at version *after*."""
        text = StringIO()
        context = MigrationContext.configure(
            dialect_name=dialect,
            opts={
                **self._options(names),
                "as_sql": True,
                "output_buffer": text,
                "starting_rev": after,
            },
        )
        with context.begin_transaction():
            context.run_migrations(op=Operations(context), names=names)
        return text.getvalue()

    def _options(self, names: Names) -> dict[str, Any]:
        return {
            "fn": self._steps,
            "version_table": names.table("version"),
            "version_table_schema": names.schema,
        }

    def _steps(
        self, found: Sequence[str], context: MigrationContext
    ) -> Iterable[MigrationStep]:
        del context
        wanted = self.after(found[0] if found else None)
        return [
            self._step(script) for script in self._revisions[-len(wanted) :] if wanted
        ]

    def _step(self, script: Script) -> MigrationStep:
        return MigrationStep.upgrade_from_script(self._map, script)
