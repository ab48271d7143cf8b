"""Which versions of the tables there are, and what is said if a database has another.

Needs no Alembic: a store asks this when it starts. `migrations` leads from one version
to the next; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence

from securelogin.errors import WiringError

__all__ = ["NEWEST", "VERSIONS", "require_newest"]

VERSIONS = ("0001",)
"""All there have been, oldest first."""

NEWEST = VERSIONS[-1]
"""The one that the statements of this package are written for."""

_UPGRADE = "Run `securelogin schema upgrade`, then start again."


def require_newest(
    found: Sequence[str], /, *, versions: Sequence[str] = VERSIONS
) -> None:
    """Refuse a database whose tables are not of this package's version.

    Args:
        found: what its table `version` holds; nothing if there is no such table.
        versions: all there are, oldest first.

    Raises:
        WiringError: they are older, newer, or of no version at all.
    """
    newest = versions[-1]
    if tuple(found) == (newest,):
        return
    if not found:
        problem, cure = "the tables are not there, or have no version.", _UPGRADE
    elif tuple(found) in {(version,) for version in versions}:
        problem = f"the tables are of version {found[0]}, not {newest}."
        cure = _UPGRADE
    else:
        # Not repeated: who could write there is not known.
        problem = "the tables are of a version that this package does not know."
        cure = (
            "Update securelogin to the release that made them: "
            "`securelogin schema upgrade` leads forward only."
        )
    raise WiringError(problem, setting="store", cure=cure)
