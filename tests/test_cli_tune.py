"""`securelogin tune`: what it prints was measured."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from securelogin import cli
from securelogin.argon2_build import OWN_BUILD_GAIN, Build, HugePages
from securelogin.guessing import RENTED_CARD
from securelogin.phc import RECOMMENDED
from securelogin.tuning import Speed, Tuning

RUNNER = CliRunner()
# By its attribute one gets the command, which has the same name.
COMMAND = importlib.import_module("securelogin.cli.tune")


def speed(backend: str, per_second: float) -> Speed:
    return Speed(
        backend=backend,
        parameters=RECOMMENDED,
        threads=2,
        alone=timedelta(milliseconds=70),
        together=timedelta(milliseconds=140),
        per_second=per_second,
    )


FOUND = Tuning(
    threads=2,
    memory_budget=131_072,
    target=timedelta(milliseconds=250),
    speeds=(speed("Libsodium", 14.0), speed("Argon2CFFI", 7.0)),
    proposal=speed("Libsodium", 14.0),
    within_target=True,
    holding=(),
    default_backend="Libsodium",
    build=Build(version="26.2.0", portable=True, vectors="avx2"),
    huge_pages=HugePages(mode="madvise", asked_for=False),
    guesser=RENTED_CARD,
)


@pytest.fixture
def told(monkeypatch):
    """Tell about a given tuning instead of a measured one."""

    def tell(found: Tuning, *arguments: str):
        monkeypatch.setattr(COMMAND, "tuned", lambda **_: found)
        return RUNNER.invoke(cli.app, ["tune", *arguments])

    return tell


@pytest.mark.slow
def test_a_quick_run_measures_this_machine_and_says_so_in_json():
    options = ["--quick", "--json", "--memory", "16", "--threads", "1"]

    ended = RUNNER.invoke(cli.app, ["tune", *options, "--milliseconds", "5000"])

    assert ended.exit_code == 0
    told = json.loads(ended.stdout)
    assert {one["backend"] for one in told["speeds"]} == {"Argon2CFFI", "Libsodium"}
    assert told["proposal"]["parameters"]["memory"] == 16_384
    assert 0 < told["proposal"]["together"] <= 5_500
    assert told["guesser"]["dollars_per_million"] > 0


def test_the_proposal_can_be_copied(told):
    ended = told(FOUND)

    assert ended.exit_code == 0
    assert "PasswordHasher(Argon2Parameters(memory=65536, passes=3))" in ended.stdout
    pool = "HashingPool(size=2, memory_budget=131072, block=65536)"
    assert pool in ended.stdout


def test_a_backend_that_is_not_the_default_is_named(told):
    found = dataclasses.replace(FOUND, proposal=speed("Argon2CFFI", 20.0))

    assert "passes=3), backend=Argon2CFFI())" in told(found).stdout


def test_a_target_that_cannot_be_kept_is_said_and_ends_with_1(told):
    ended = told(dataclasses.replace(FOUND, within_target=False))

    assert ended.exit_code == 1
    assert "Above 250 ms" in ended.stdout


def test_what_would_be_faster_is_told_with_its_command(told):
    said = told(FOUND).stdout

    assert "libsodium runs 2.00 times as often as argon2-cffi here." in said
    assert "--no-binary argon2-cffi-bindings" in said
    assert "GLIBC_TUNABLES=glibc.malloc.hugetlb=1" in said
    assert "“always” in /sys/kernel/mm/transparent_hugepage/enabled" in said
    assert "portable wheel; widest vectors of this processor: avx2." in said
    assert f"Hashes run in {FOUND.default_backend}." in said
    assert f"ran {OWN_BUILD_GAIN} times as often as the wheel" in said


def test_what_a_build_of_ones_own_gives_is_what_the_page_on_tuning_measured():
    page = (Path(__file__).parent.parent / "docs/how-to/tune.md").read_text("utf-8")
    (row,) = re.findall(
        r"^\| built with `-march=native` \| (.+) \| (.+) \|$", page, re.MULTILINE
    )

    assert " to ".join(sorted(row)) == OWN_BUILD_GAIN


def test_what_is_as_fast_as_can_be_gets_no_advice(told):
    found = dataclasses.replace(
        FOUND,
        build=Build(version="26.2.0", portable=False, vectors=""),
        huge_pages=HugePages(mode="always", asked_for=False),
        speeds=(speed("Argon2CFFI", 7.0),),
    )
    said = told(found).stdout

    assert "--no-binary" not in said
    assert "GLIBC_TUNABLES" not in said
    assert "securelogin[fast]" in said
    assert "built here; widest vectors of this processor: not told." in said


def test_advice_knows_a_machine_with_libsodium_alone(told):
    found = dataclasses.replace(
        FOUND, speeds=(speed("Libsodium", 7.0),), holding=("Argon2CFFI",)
    )
    said = told(found).stdout

    assert "Never use Argon2CFFI: while it runs, no other thread does." in said
    assert "libsodium runs" not in said


def test_the_price_is_an_assumption_that_can_be_changed(monkeypatch):
    seen = []

    def tuned(**options):
        seen.append(options)
        return FOUND

    monkeypatch.setattr(COMMAND, "tuned", tuned)
    RUNNER.invoke(cli.app, ["tune", "--price", "1.5", "--quick"])
    RUNNER.invoke(cli.app, ["tune", "--memory", "3", "--threads", "5"])

    assert [options["guesser"].hourly for options in seen] == [1.5, 0.40]
    assert [options["memory_budget"] for options in seen] == [None, 3_072]
    assert [options["threads"] for options in seen] == [None, 5]
    assert seen[0]["lasting"] < seen[1]["lasting"]


def test_too_little_memory_ends_with_2_and_says_what_to_do():
    ended = RUNNER.invoke(cli.app, ["tune", "--memory", "6"])

    assert ended.exit_code == 2
    assert "7168 KiB" in ended.output
