"""What `securelogin uniformity` tells, and what it measures by itself.

Nothing here depends on a quiet machine: what is asserted of time is a delay that is
many times what else an answer takes.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from securelogin import cli
from securelogin.errors import WiringError
from securelogin.testing import uniformity
from securelogin.testing.uniformity import Answer, report, trial
from securelogin.testing.uniformity.people import MEASURED
from securelogin.testing.uniformity.population import POPULATION
from tests.testing.wired import wired

MS = timedelta(milliseconds=1)
RUNNER = CliRunner()


class Portal:
    """A portal that takes its time for those it knows."""

    def __init__(self):
        self.people = {
            "unknown": ["nobody@acme.example"],
            "active": ["somebody@acme.example"],
        }

    def send(self, address, password, /):
        sum(range(50_000 if address == "somebody@acme.example" else 100))
        return Answer(status=401)


portal = Portal()
nothing = 7


def wire_for_command(watch):
    return wired(watch)


def command(*arguments: str):
    return RUNNER.invoke(cli.app, ["uniformity", *arguments])


def test_a_slow_portal_is_told_by_table_picture_and_exit_code(tmp_path):
    result = command(
        f"{__name__}:portal",
        "--rounds=60",
        "--delay=0.005",
        f"--plot={tmp_path}/times.svg",
    )

    assert result.exit_code == 1
    assert "NOT SEEN" not in result.stdout
    assert "</svg>" in (tmp_path / "times.svg").read_text("utf-8")


def test_a_table_names_pairs_that_differ_and_those_within():
    timing = trial.try_visitor(portal, portal.people, rounds=60, delay=5 * MS)
    console = Console(record=True, width=200, file=StringIO())

    for table in report.tables(timing):
        console.print(table)

    text = console.export_text()
    assert "DIFFERS" in text
    assert "unknown / control" in text


def test_json_holds_what_was_found():
    result = command(f"{__name__}:portal", "--rounds=60", "--delay=0.005", "--json")

    (found,) = json.loads(result.stdout)
    assert (found["rounds"], found["valid"], found["uniform"]) == (60, True, False)
    assert found["delay_of_control"] == 0.005
    assert found["medians"]["active"] > found["medians"]["unknown"]
    assert not found["pairs"][0]["within"]


@pytest.mark.parametrize(
    ("colour", "store"),
    [([], "memory"), (["--async"], "sqlite:///{}/u.db")],
    ids=["sync in memory", "async on SQLite"],
)
@pytest.mark.slow
def test_the_library_itself_is_measured(colour, store, tmp_path):
    result = command(
        f"--store={store.format(tmp_path)}", "--rounds=20", "--json", *colour
    )

    found = json.loads(result.stdout)
    assert [timing["operation"] for timing in found] == [*MEASURED, POPULATION]
    assert [len(timing["pairs"]) for timing in found] == [21, 3, 1]


@pytest.mark.parametrize(
    ("only", "operation"),
    [
        ("log-in", "log-in"),
        ("forgotten", "forgotten password"),
        ("population", "population"),
    ],
)
@pytest.mark.slow
def test_one_part_is_measured_alone(only, operation):
    result = command(f"--only={only}", "--rounds=20", "--json")

    assert [one["operation"] for one in json.loads(result.stdout)] == [operation]


@pytest.mark.slow
def test_one_part_of_an_auth_is_measured_alone():
    result = command(
        f"{__name__}:wire_for_command", "--only=forgotten", "--rounds=20", "--json"
    )

    (found,) = json.loads(result.stdout)
    assert found["operation"] == "forgotten password"


@pytest.mark.slow
def test_an_auth_of_the_applications_is_measured():
    result = command(f"{__name__}:wire_for_command", "--rounds=20", "--json")

    assert [len(timing["pairs"]) for timing in json.loads(result.stdout)] == [21, 3]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nowhere.at.all:auth"], "cannot be loaded"),
        (["json:nothing_such"], "cannot be loaded"),
        (["tests.testing.test_uniformity_command:nothing"], "neither a function"),
        (["json:dumps", "--only=population"], "for the library itself"),
        ([f"{__name__}:portal", "--only=log-in"], "--only is for an auth"),
        (["--store=nothing://"], "store"),
        (["--store=sqlite://u:password@h/x"], "SECURELOGIN_UNIFORMITY_STORE"),
    ],
)
def test_what_cannot_be_measured_ends_with_two(arguments, problem):
    result = command(*arguments, "--rounds=20")

    assert result.exit_code == 2
    assert problem in result.stderr


def test_a_picture_of_no_known_kind_ends_with_two(tmp_path):
    result = command(
        f"{__name__}:portal", "--rounds=20", f"--plot={tmp_path}/times.nothing"
    )

    assert result.exit_code == 2
    assert "the plot cannot be drawn" in result.stderr


@pytest.mark.parametrize(
    "people", [{}, {"unknown": ["a"]}, {"unknown": ["a"], "b": []}]
)
def test_a_visitor_needs_somebody_to_compare(people):
    with pytest.raises(WiringError, match="nobody to compare"):
        trial.try_visitor(portal, people, rounds=20, delay=MS)


@pytest.mark.parametrize(
    ("gone", "said"),
    [("scipy", "securelogin[uniformity]"), ("sqlalchemy", "securelogin[sql]")],
)
def test_a_missing_extra_is_named(gone, said, monkeypatch, tmp_path):
    for name in list(sys.modules):
        if name.partition(".")[0] == gone or name.startswith(
            ("securelogin.testing.uniformity.", "securelogin.stores.sql")
        ):
            monkeypatch.delitem(sys.modules, name)
    for name in ("report", "trial"):
        monkeypatch.delattr(uniformity, name, raising=False)
    monkeypatch.setitem(sys.modules, gone, None)

    result = command(f"--store=sqlite:///{tmp_path}/never.db", "--rounds=20")

    assert result.exit_code == 2
    assert said in result.stderr


def test_less_memory_than_argon2_can_do_with_is_refused():
    result = command("--memory=7")

    assert result.exit_code == 2
    assert "--memory" in result.stderr
