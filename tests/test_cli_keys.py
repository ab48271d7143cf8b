"""`securelogin keys`: made, rotated in their file, compared; never in an argument."""

from __future__ import annotations

import json
import stat
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from securelogin import KeyRing, cli
from securelogin.configuration.rotation import Step, rotated
from securelogin.hidden import Hidden
from tests.wiring import cheap_hasher


def run(*arguments: str, **options: Any) -> Any:
    return CliRunner().invoke(cli.app, ["keys", *arguments], **options)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_text(KeyRing.new_key())
    path.chmod(0o640)
    return path


def keys_in(text: str) -> list[tuple[str, str]]:
    parts = (part.rpartition(":") for part in text.split())
    return [(name, key) for name, _, key in parts]


def ring(text: str) -> KeyRing:
    return KeyRing(*(key for _, key in keys_in(text)))


def signs(text: str, other: str) -> bool:
    """Tell whether what *text*'s first key signs is good under *other*."""
    signed = ring(text).signer("x").sign("message")
    return ring(other).signer("x").validate(signed)


def test_a_routine_rotation_never_signs_what_others_cannot_verify(file):
    texts = [file.read_text()]
    for step in ("add", "turn", "drop"):
        assert run("rotate", step, str(file)).exit_code == 0
        texts.append(file.read_text())

    # Each host may be one step behind the others.
    for old, new in pairwise(texts[:-1]):
        assert signs(old, new)
        assert signs(new, old)
    assert not signs(texts[0], texts[-1])
    assert [name for name, _ in keys_in(texts[-1])] == ["current"]
    assert len({key for text in texts for _, key in keys_in(text)}) == 2


def test_replacing_leaves_nothing_of_what_was(file):
    run("rotate", "add", str(file))
    before = file.read_text()

    run("rotate", "replace", str(file))

    ((name, key),) = keys_in(file.read_text())
    assert (name, key in before) == ("current", False)


def test_older_keys_stand_in_any_order_and_the_newest_is_turned():
    keys = [KeyRing.new_key() for _ in range(3)]
    written = Hidden(f"older:{keys[1]}\nolder:{keys[2]} current:{keys[0]}")

    turned = keys_in(rotated(written, Step.TURN).reveal())

    assert [key for _, key in turned] == [keys[1], keys[0], keys[2]]
    assert [name for name, _ in turned] == ["current", "older", "older"]


def test_no_key_is_printed_when_a_file_is_rotated(file):
    result = run("rotate", "add", str(file))

    assert [key for _, key in keys_in(file.read_text()) if key in result.output] == []
    told = json.loads(run("rotate", "turn", str(file), "--json").stdout)
    assert (told["step"], len(told["older"])) == ("turn", 1)


def test_mode_stays_and_a_link_to_the_file_stays_a_link(file, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(file)

    run("rotate", "add", str(link))

    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys", "link"]


def test_keys_go_through_a_pipe(file):
    result = run("rotate", "add", "-", input=file.read_text())

    assert keys_in(result.stdout)[0] == ("current", file.read_text())
    assert len(ring(result.stdout)) == 2


@pytest.mark.parametrize("step", ["turn", "drop"])
def test_a_step_that_has_nothing_to_work_on_changes_nothing(file, step):
    before = file.read_text()

    result = run("rotate", step, str(file))

    assert result.exit_code == 2
    assert "Begin with `add`" in result.stderr
    assert file.read_text() == before


@pytest.mark.parametrize("content", ["", "current: no key", "swordfish", b"\xff"])
def test_what_are_no_keys_is_left_alone_and_not_repeated(file, content):
    if isinstance(content, str):
        content = content.encode()
    file.write_bytes(content)

    result = run("rotate", "add", str(file))

    assert result.exit_code == 2
    assert "swordfish" not in result.output
    assert file.read_bytes() == content


def test_a_file_that_cannot_be_replaced_is_as_it_was(file, monkeypatch):
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    before = file.read_text()
    monkeypatch.setattr(Path, "replace", full)

    result = run("rotate", "add", str(file))

    assert result.exit_code == 2
    assert "No space left on device); it is as it was" in result.stderr
    assert file.read_text() == before
    assert [path.name for path in file.parent.iterdir()] == ["keys"]


def test_two_hosts_with_the_same_keys_print_the_same(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "securelogin.toml").write_text('keys_file = "keys"')
    run("rotate", "add", str(file))
    (_, current), (_, older) = keys_in(file.read_text())

    here = run("check", "--json").stdout
    (tmp_path / "securelogin.toml").unlink()
    there = run(
        *("check", "--json"),
        env={"SECURELOGIN_KEYS": f"older:{older} current:{current}"},
    ).stdout

    assert here == there
    told = json.loads(here)
    assert (len(told["current"]), len(told["older"])) == (12, 1)
    assert [key for key in (current, older) if key[:8] in here] == []


@pytest.mark.parametrize(
    ("keys", "code", "said"),
    [
        (None, 1, "no keys are set"),
        ("swordfish", 2, "a key has at least 32 random bytes"),
    ],
)
def test_keys_that_are_not_there_or_unfit_are_told(
    tmp_path, monkeypatch, keys, code, said
):
    monkeypatch.chdir(tmp_path)

    result = run("check", env={"SECURELOGIN_KEYS": keys})

    assert result.exit_code == code
    assert said in result.stderr
    assert "swordfish" not in result.stderr


def test_a_pepper_is_told_by_the_id_that_its_hashes_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    new, old = KeyRing.new_key(), KeyRing.new_key()
    hasher = cheap_hasher(pepper=KeyRing(old))
    stored = hasher.hash(Hidden("a quiet harbour"), account="a")
    environment = {
        "SECURELOGIN_KEYS": KeyRing.new_key(),
        "SECURELOGIN_HASHER_PEPPER": f"current:{new} older:{old}",
    }

    told = json.loads(run("check", "--json", env=environment).stdout)["peppers"]

    assert len(told) == 2
    assert f"keyid={told[1]}$" in stored
    assert [key for key in (new, old) if key[:8] in str(told)] == []


def test_a_new_key_in_json_is_one_that_a_key_ring_takes():
    assert len(KeyRing(json.loads(run("new", "--json").stdout)["key"])) == 1
