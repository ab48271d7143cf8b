"""Look at the files that a configuration came from: who else may read or write them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from securelogin.configuration import Configuration
from securelogin.doctor.facts import FileFacts

__all__ = ["look_at"]

# Elsewhere the mode tells nothing of who may do what.
_HAS_MODES = os.name == "posix"


def look_at(configuration: Configuration, /) -> tuple[FileFacts, ...]:
    """Return who may use the files that were read; none where there are no modes."""
    return tuple(_seen(configuration)) if _HAS_MODES else ()


def _seen(configuration: Configuration) -> Iterator[FileFacts]:
    named = [(path, True) for path in configuration.secret_files]
    if configuration.file is not None:
        named.insert(0, (configuration.file, False))
    for path, is_secret in named:
        try:
            mode = _mode_for_others(path.resolve())
        except OSError:
            # It has gone since it was read.
            continue
        yield FileFacts(
            path=str(path),
            is_secret=is_secret,
            is_readable=bool(mode & stat.S_IROTH),
            is_writable=bool(mode & stat.S_IWOTH),
        )


def _mode_for_others(path: Path) -> int:
    """Return the mode of a file; 0 if others do not come as far as its folder."""
    if all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents):
        return path.stat().st_mode
    return 0
