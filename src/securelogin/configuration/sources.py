"""Where settings come from: variables, a TOML file, files that hold one secret each.

Every text is hidden as soon as it is read, since nobody knows yet which is a secret.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing

__all__ = [
    "PREFIX",
    "file_to_read",
    "read_keys",
    "read_ring",
    "read_secret",
    "read_tables",
    "read_variables",
]

PREFIX = "SECURELOGIN_"
"""What each variable's name begins with."""

_USUAL_FILE = Path("securelogin.toml")
_LONGEST_FILE = 1_000_000


def read_variables(environment: Mapping[str, str], /) -> dict[str, Hidden]:
    """Return our variables by name without `PREFIX`."""
    return {
        name.removeprefix(PREFIX): Hidden(value)
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }


def file_to_read(
    path: str | os.PathLike[str] | None, variables: Mapping[str, Hidden], /
) -> Path | None:
    """Return the file to read: as named, or the usual one if it is there."""
    if path is not None:
        return Path(path)
    if "CONFIG" in variables:
        return Path(variables["CONFIG"].reveal())
    return _USUAL_FILE if _USUAL_FILE.is_file() else None


def read_tables(file: Path | None, /) -> dict[str, Any]:
    """Return what the file says, each text hidden.

    Raises:
        WiringError: it cannot be read, or is no TOML.
    """
    if file is None:
        return {}
    try:
        text = read_secret(file)
        return {name: _hidden(item) for name, item in _parsed(text).items()}
    except tomllib.TOMLDecodeError as error:
        # Its message says where, and quotes no value.
        problem = f"it is no TOML: {error}."
    except (OSError, ValueError) as error:
        problem = f"it cannot be read ({type(error).__name__})."
    # Raised out here: the first error carries the whole text along.
    raise WiringError(
        problem, setting=str(file), cure="Name the TOML file of your installation."
    )


def _parsed(text: Hidden) -> dict[str, Any]:
    return tomllib.loads(text.reveal())


def _hidden(value: object) -> object:
    if isinstance(value, str):
        return Hidden(value)
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    if isinstance(value, dict):
        return {name: _hidden(item) for name, item in value.items()}
    return value


def read_secret(file: Path, /) -> Hidden:
    """Return what a file holds, without blanks and line ends around it.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no UTF-8, or its name cannot be one.
    """
    with file.open(encoding="utf-8") as opened:
        return Hidden(opened.read(_LONGEST_FILE).strip())


def read_keys(written: Hidden | None, /, *, setting: str) -> KeyRing | None:
    """Return the keys that are set, if any are; see `read_ring`."""
    return None if written is None else read_ring(written, setting=setting)


def read_ring(written: Hidden, /, *, setting: str) -> KeyRing:
    """Return the keys in a text: one key, or one `current:` and several `older:`.

    Named, because libraries disagree on the order of a bare list.

    Raises:
        WiringError: it is no such text, or a key is unfit; repeats none.
    """
    named = [part.partition(":") for part in written.reveal().split()]
    if len(named) == 1 and not named[0][1]:
        named = [("current", ":", named[0][0])]
    current = [key for name, _, key in named if name == "current"]
    older = [key for name, _, key in named if name == "older"]
    problem = "expected one key as current:KEY, others as older:KEY."
    if len(current) == 1 and len(current) + len(older) == len(named):
        try:
            return KeyRing(*current, *older)
        except WiringError as error:
            problem = error.problem
    # order matters: no frame may hold a key when the error is raised
    # (test_configuration: a refused key is in no traceback).
    del named, current, older
    raise WiringError(
        problem, setting=setting, cure="Make each with `securelogin keys new`."
    )
