"""Rotate signing keys in the text that holds them, step by step.

The steps of a routine rotation, so that no process ever signs what another cannot yet
verify: `add` a key behind, hand the text to all processes, `turn` it to the front, hand
it out again, wait until nothing lives that the old key signed, `drop` what is older.
"""

from __future__ import annotations

import os
import tempfile
from enum import StrEnum
from pathlib import Path

from securelogin.configuration.sources import read_ring
from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing

__all__ = ["Step", "replace_secret", "rotated"]

_SETTING = "keys"


class Step(StrEnum):
    """One step of a rotation."""

    ADD = "add"
    """A new key behind the current one: it verifies, and signs nothing yet."""
    TURN = "turn"
    """The newest of the older keys signs from now on; the current one verifies."""
    DROP = "drop"
    """All older keys go: what they signed is void."""
    REPLACE = "replace"
    """A new key alone, because somebody may have seen one: all is void at once."""


def rotated(written: Hidden, step: Step, /) -> Hidden:
    """Return the text of the keys after a step; keys are never repeated otherwise.

    Raises:
        WiringError: it is no text of keys, or the step has nothing to work on.
    """
    read_ring(written, setting=_SETTING)
    current, *older = _in_order(written)
    match step:
        case Step.ADD:
            older.insert(0, Hidden(KeyRing.new_key()))
        case Step.TURN if older:
            current, older[0] = older[0], current
        case Step.DROP if older:
            older.clear()
        case Step.REPLACE:
            current = Hidden(KeyRing.new_key())
            older.clear()
        case _:
            raise WiringError(
                "there is no older key.", setting=_SETTING, cure="Begin with `add`."
            )
    lines = [f"current:{current.reveal()}", *(f"older:{k.reveal()}" for k in older)]
    return Hidden("\n".join(lines) + "\n")


def _in_order(written: Hidden) -> list[Hidden]:
    """Return the keys of a text that was read before, the current one first."""
    named = [part.rpartition(":") for part in written.reveal().split()]
    named.sort(key=lambda part: part[0] == "older")
    return [Hidden(key) for _, _, key in named]


def replace_secret(file: Path, secret: Hidden, /) -> None:
    """Put *secret* into a file, whole or not at all; owner and mode stay.

    Raises:
        OSError: it cannot be written; the file is as it was.
    """
    # Where it is mounted, such a file is often a link to another.
    place = file.resolve(strict=True)
    was = place.stat()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            # order matters: nobody else may read it while it is written (mkstemp), and
            # its readers can as soon as it has the name.
            new.write(secret.reveal())
            new.flush()
            os.fchown(new.fileno(), was.st_uid, was.st_gid)
            os.fchmod(new.fileno(), was.st_mode & 0o7777)
            os.fsync(new.fileno())
        Path(name).replace(place)
    except OSError:
        Path(name).unlink()
        raise
