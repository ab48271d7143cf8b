"""`securelogin keys`: make the keys that sign links and tickets, and rotate them.

Keys come from a file, a variable or standard input, and never from an argument.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from securelogin.cli.configured import Config
from securelogin.cli.ending import answer_no, stop
from securelogin.cli.telling import AsJSON, Told, tell
from securelogin.configuration import read_configuration
from securelogin.configuration.rotation import Step, replace_secret, rotated
from securelogin.configuration.sources import read_ring, read_secret
from securelogin.errors import SecureLoginError
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing

__all__ = ["keys"]

keys: typer.Typer = typer.Typer(
    help="Keys that sign links and tickets.", no_args_is_help=True
)

_STANDARD = Path("-")
# Of an HMAC of the key: enough to compare two hosts by, and nothing of the key.
_SHOWN = 12


@keys.command("new")
def _new_key(*, as_json: AsJSON = False) -> None:
    """Print a new signing key, for your secret store."""
    key = KeyRing.new_key()
    if as_json:
        tell({"key": key}, as_json=True)
    else:
        typer.echo(key)


@keys.command("rotate")
def _rotate(
    step: Annotated[
        Step,
        typer.Argument(
            metavar="STEP",
            help="`add` a key behind, `turn` it to the front, `drop` the older ones; "
            "or `replace` all at once.",
            show_default=False,
        ),
    ],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="The file that keys_file names. “-”: read them from standard input, "
            "print them on standard output.",
            show_default=False,
        ),
    ],
    *,
    as_json: AsJSON = False,
) -> None:
    """Take one step of a rotation of keys, in the file that holds them.

    After `add` and after `turn`, hand the file to all hosts and start their processes
    anew. Before `drop`, wait for the longest life of what is signed: see the page on
    rotating keys. `replace` voids every link and ticket at once, and what the audit
    trail holds cannot be verified any more.

    The file is replaced whole or not at all. With “-”, keys are all that is printed.
    """
    try:
        new = rotated(_read(file), step)
        if file == _STANDARD:
            typer.echo(new.reveal(), nl=False)
            return
        replace_secret(file, new)
    except SecureLoginError as error:
        # No such error repeats a key.
        stop(str(error))
    except OSError as error:
        stop(f"{file} cannot be replaced ({error.strerror}); it is as it was.")
    told = _prints(read_ring(new, setting="keys"))
    tell({"step": step.value, **told}, as_json=as_json)


@keys.command("check")
def _check(config: Config = None, *, as_json: AsJSON = False) -> None:
    """Check the keys that are configured, and print a fingerprint of each.

    Two hosts have the same keys if they print the same. No key can be told from one.
    A pepper is told by its id, newest first: the `keyid=` of the hashes it is in.

    The exit code is 1 if there are no keys, and 2 if they cannot be used.
    """
    try:
        found = read_configuration(config)
    except SecureLoginError as error:
        stop(str(error))
    if found.keys is None:
        answer_no("no keys are set: name a file in keys_file, or set SECURELOGIN_KEYS.")
    told = {**_prints(found.keys), "peppers": found.hasher.pepper_ids}
    tell(told, as_json=as_json)


def _read(file: Path) -> Hidden:
    if file == _STANDARD:
        return Hidden(typer.get_text_stream("stdin").read())
    try:
        return read_secret(file)
    except (OSError, ValueError) as error:
        stop(f"{file} cannot be read ({type(error).__name__}).")


def _prints(ring: KeyRing) -> Told:
    current, *older = (one.hex()[:_SHOWN] for one in ring.derived("fingerprint"))
    return {"current": current, "older": tuple(older)}
