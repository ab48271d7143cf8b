"""Who else may use the files that a configuration came from."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from securelogin import KeyRing
from securelogin.cli import app
from securelogin.configuration import read_configuration
from securelogin.doctor import FileFacts, own_files
from securelogin.doctor.own_files import look_at

pytestmark = pytest.mark.skipif(
    not own_files._HAS_MODES, reason="files have no modes here"
)


@pytest.fixture
def folder(monkeypatch):
    """Enter a folder that others come to: pytest's own are closed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        if not all(above.stat().st_mode & 0o001 for above in folder.parents):
            pytest.skip("others do not come to the folder for temporary files")
        (folder / "secrets").mkdir()
        (folder / "secrets").chmod(0o755)
        (folder / "secrets/keys").write_text(KeyRing.new_key())
        (folder / "securelogin.toml").write_text('keys_file = "secrets/keys"\n')
        (folder / "secrets/keys").chmod(0o640)
        (folder / "securelogin.toml").chmod(0o640)
        monkeypatch.chdir(folder)
        yield folder


def seen(*, of: str) -> tuple[bool, bool]:
    (found,) = (f for f in look_at(read_configuration()) if f.path == of)
    return found.is_readable, found.is_writable


def test_each_file_that_was_read_is_looked_at(folder):
    assert look_at(read_configuration()) == (
        FileFacts(
            path="securelogin.toml",
            is_secret=False,
            is_readable=False,
            is_writable=False,
        ),
        FileFacts(
            path="secrets/keys", is_secret=True, is_readable=False, is_writable=False
        ),
    )


@pytest.mark.parametrize("name", ["securelogin.toml", "secrets/keys"])
@pytest.mark.parametrize(
    ("mode", "others"),
    [
        (0o644, (True, False)),
        (0o642, (False, True)),
        (0o666, (True, True)),
        (0o661, (False, False)),
    ],
)
def test_what_others_may_is_seen(folder, name, mode, others):
    (folder / name).chmod(mode)

    assert seen(of=name) == others


def test_in_a_folder_that_others_cannot_enter_they_may_nothing(folder):
    (folder / "secrets/keys").chmod(0o666)
    (folder / "secrets").chmod(0o700)

    assert seen(of="secrets/keys") == (False, False)


def test_a_link_is_followed_to_the_file(folder):
    (folder / "keys").symlink_to("secrets/keys")
    (folder / "securelogin.toml").write_text('keys_file = "keys"\n')
    (folder / "secrets").chmod(0o700)
    assert seen(of="keys") == (False, False)

    (folder / "secrets").chmod(0o755)
    (folder / "secrets/keys").chmod(0o644)
    assert seen(of="keys") == (True, False)


def test_a_file_that_has_gone_is_not_spoken_of(folder):
    configuration = read_configuration()
    (folder / "secrets/keys").unlink()

    assert [file.path for file in look_at(configuration)] == ["securelogin.toml"]


def test_where_there_are_no_modes_nothing_is_said(folder, monkeypatch):
    monkeypatch.setattr(own_files, "_HAS_MODES", False)

    assert look_at(read_configuration()) == ()


@pytest.mark.parametrize("how", ["usual file", "variable", "option"])
def test_13_3_1_a_secret_that_others_may_read_is_unsafe_however_it_is_named(
    folder, monkeypatch, how
):
    (folder / "secrets/keys").chmod(0o644)
    arguments = ["doctor"]
    if how == "variable":
        monkeypatch.chdir("/")
        file = str(folder / "securelogin.toml")
        monkeypatch.setenv("SECURELOGIN_CONFIG", file)
    if how == "option":
        arguments += ["--config", "securelogin.toml"]

    told = CliRunner().invoke(app, arguments)

    assert "unsafe   file: Others on this machine may read" in told.stdout
    assert "secrets/keys, which holds a secret." in told.stdout
    assert (folder / "secrets/keys").read_text() not in told.stdout
    assert told.exit_code == 1
