"""Every command there is: it explains itself, speaks JSON, and stands in the docs."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from securelogin import cli
from securelogin.cli.ending import answer_no, stop
from securelogin.cli.telling import tell

SCRIPT: dict[str, Any] = runpy.run_path(
    str(Path(__file__).parent.parent / "scripts" / "command_reference.py")
)
COMMANDS = dict(SCRIPT["commands"]())
PAGE = SCRIPT["PAGE"].read_text("utf-8")
GROUPS = {"accounts", "links", "sessions", "support", "keys", "schema"}
# What a secret would be called if an argument took one.
SECRETS = ("password", "secret", "token", "pepper", "key")

every = pytest.mark.parametrize("name", COMMANDS)


def options(name: str) -> set[str]:
    return {word for one in COMMANDS[name].params for word in one.opts}


def test_all_groups_are_there():
    assert {name.split()[1] for name in COMMANDS} >= GROUPS


@every
def test_it_speaks_json(name):
    assert "--json" in options(name)


@every
def test_its_help_says_what_it_does_and_what_each_option_is(name):
    command = COMMANDS[name]

    result = CliRunner().invoke(cli.app, [*name.split()[1:], "--help"])

    assert result.exit_code == 0
    assert command.help.splitlines()[0].split()[0] in result.stdout
    assert [one.name for one in SCRIPT["parameters"](command) if not one.help] == []


@every
def test_it_stands_on_the_page(name):
    _, _, text = PAGE.partition(f"## `{name}`\n")

    section = text.partition("\n## ")[0]
    words = {word for word in options(name) - {"--help"} if word.startswith("-")}
    assert COMMANDS[name].help.splitlines()[0] in section
    assert sorted(word for word in words if word not in section) == []


@every
def test_no_argument_and_no_option_takes_a_secret(name):
    given = [
        one.name
        for one in COMMANDS[name].params
        if one.name != "as_json" and not getattr(one, "is_flag", False)
    ]

    assert [one for one in given if any(word in one for word in SECRETS)] == []


def test_the_page_is_as_the_code_makes_it(monkeypatch, capsys, tmp_path):
    main = SCRIPT["main"]
    assert main(["--check"]) == 0

    monkeypatch.setitem(main.__globals__, "PAGE", tmp_path / "commands.md")
    assert main(["--check"]) == 1
    assert main(["--write"]) == 0
    assert main(["--check"]) == 0
    assert "out of date" in capsys.readouterr().out


def test_a_command_that_says_nothing_of_itself_is_found():
    app = typer.Typer()

    @app.command()
    def silent(*, loud: bool = False) -> None: ...

    _, bare = SCRIPT["section"]("silent", typer.main.get_command(app))

    assert bare == ["silent: loud", "silent"]


# -- how results are told --


def test_what_strangers_typed_does_nothing_to_a_terminal(capsys):
    tell({"typed": "\x1b[2J\x07ann", "rows": [{"a": "\r\x9b"}]}, as_json=False)

    assert {c for c in capsys.readouterr().out if not c.isprintable()} == {"\n"}


def test_json_is_told_without_any_line_besides(capsys):
    tell({"typed": "\x1b", "none": None, "words": ("a", "b")}, as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert told == {"typed": "\x1b", "none": None, "words": ["a", "b"]}


def test_an_empty_list_is_named_in_words(capsys):
    tell({"dead_letters": []}, as_json=False)

    assert capsys.readouterr().out == "No dead letters.\n"


@pytest.mark.parametrize("reason", ["nothing is found.", "nothing is found"])
def test_a_no_is_one_sentence_and_exit_code_1(capsys, reason):
    with pytest.raises(typer.Exit) as ended:
        answer_no(reason)

    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "securelogin: nothing is found.\n"


def test_a_command_to_copy_keeps_its_end(capsys):
    with pytest.raises(typer.Exit):
        stop("x is not installed: pip install 'securelogin[sql]'")

    assert capsys.readouterr().err.endswith("pip install 'securelogin[sql]'\n")


# -- completion --


def completed(*words: str) -> str:
    line = " ".join(("securelogin", *words))
    environment = {
        "_SECURELOGIN_COMPLETE": "complete_zsh",
        "_TYPER_COMPLETE_ARGS": line,
    }
    result = CliRunner().invoke(cli.app, [], env=environment, prog_name="securelogin")
    return result.stdout


def test_commands_are_completed_in_the_shell():
    assert "accounts" in completed("acc")
    assert "force-change" in completed("accounts", "f")


def test_causes_are_completed_in_the_shell():
    assert "alias_used" in completed("support", "explain", "ali")
    assert "wrong_tenant" not in completed("support", "explain", "ali")


def test_it_is_set_up_by_an_option():
    assert "--install-completion" in CliRunner().invoke(cli.app, ["--help"]).stdout
