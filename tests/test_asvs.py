"""The map of OWASP's ASVS: every test and page it names exists, and the rest of it."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import inspect
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import securelogin
from securelogin import Limits, SecureLogin
from securelogin.accounts import Account, AccountId
from securelogin.addresses import AddressKey, Tenant
from securelogin.credentials import Credential
from securelogin.doctor import Finding, Kind, Met, Severity, met_by, requirements
from securelogin.doctor.checks import CHECKS
from securelogin.outcomes import AccountStored
from securelogin.policy import STRICT_LIFETIMES, Lifetimes, Policy
from securelogin.stores.memory import MemoryStore

ROOT = Path(__file__).parent.parent
SOURCE = Path(securelogin.__file__).parent
ROWS = requirements()


def script(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_a_row_names_is_there(row):
    for name in row.shown_by:
        path, _, test = name.partition("::")
        assert test in names_in(path)
    assert not row.page or (ROOT / row.page).is_file()
    assert set(row.checks) <= set(CHECKS)
    assert re.fullmatch(r"\d+\.\d+\.\d+", row.id)
    assert row.level in (1, 2, 3)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_whoever_sees_to_a_row_is_shown_to_do_it(row):
    match row.kind:
        case Kind.LIBRARY:
            assert bool(row.shown_by) is not bool(row.unmet)
        case Kind.SHARED:
            assert row.shown_by
            assert row.yours
        case Kind.DOCUMENT:
            assert row.page
        case Kind.PORTAL:
            assert row.yours


def test_each_requirement_stands_there_once_and_in_order():
    ids = [tuple(map(int, row.id.split("."))) for row in ROWS]

    assert ids == sorted(set(ids))
    assert len(ids) >= 130


def test_what_the_default_does_not_meet_is_said_and_counted_apart():
    ten_minutes = timedelta(minutes=10)

    assert [row.id for row in ROWS if row.by_setting] == ["6.5.5"]
    assert Lifetimes().temporary > ten_minutes >= STRICT_LIFETIMES.temporary
    ours = [row for row in ROWS if row.kind is Kind.LIBRARY and row.level == 2]
    met = f"{len(ours) - 1} of {len(ours)}, 1 more by a setting"
    assert f"| {met} |" in script("asvs_page").page()


def test_nothing_is_unmet_and_the_page_would_say_so():
    assert not [row for row in ROWS if row.unmet]
    made = script("asvs_page")
    assert "Not met:" not in made.page()

    unmet = dataclasses.replace(ROWS[0], unmet="nobody has looked.", yours="")

    said = "\n".join(made._figures((unmet, *ROWS[1:])))
    assert f"Not met:\n\n- **{unmet.id}** (level {unmet.level}). nobody" in said


def finding(severity):
    return Finding(check="keys", severity=severity, problem="x")


@pytest.mark.parametrize(
    ("values", "seen", "met"),
    [
        ({}, [], Met.BY_LIBRARY),
        ({"yours": "x"}, [], Met.YOURS),
        ({"unmet": "x", "yours": "y"}, [], Met.NOT_MET),
        ({"checks": ("keys",)}, [Severity.GOOD], Met.BY_CONFIGURATION),
        ({"checks": ("keys",)}, [Severity.GOOD, Severity.UNSAFE], Met.NOT_HERE),
        ({"checks": ("keys",), "yours": "x"}, [Severity.WARNING], Met.NOT_HERE),
        ({"checks": ("keys",), "yours": "x"}, [Severity.UNKNOWN], Met.YOURS),
        ({"checks": ("mail",)}, [Severity.UNSAFE], Met.BY_LIBRARY),
    ],
)
def test_a_requirement_is_met_by_somebody(values, seen, met):
    row = dataclasses.replace(ROWS[0], checks=(), yours="", unmet="")

    assert met_by(dataclasses.replace(row, **values), map(finding, seen)) is met


@pytest.mark.parametrize("name", ["asvs_page", "event_page"])
def test_16_1_1_the_page_of_events_is_what_the_code_makes(name):
    assert script(name).main(["--check"]) == 0


@pytest.mark.parametrize("name", ["asvs_page", "event_page"])
def test_a_page_that_is_out_of_date_is_found(name, tmp_path, monkeypatch, capsys):
    module = script(name)
    page = tmp_path / "page.md"
    page.write_text("old")
    monkeypatch.setattr(module, "PAGE", page)

    assert module.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().out
    assert module.main(["--write"]) == 0
    assert module.main(["--check"]) == 0


# -- what no other test shows --


def test_1_2_4_no_statement_is_made_of_what_somebody_gave():
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="text"), args=[made, *_]) if (
                    "sqlalchemy" in path.read_text("utf-8")
                ):
                    is_fixed = isinstance(made, ast.Constant | ast.Subscript | ast.Name)
                    # A number of ours: PRAGMA takes no parameter.
                    is_fixed |= path.name == "turns.py" and "busy_timeout" in str(
                        ast.unparse(made)
                    )
                    assert is_fixed, f"{path.name}: {ast.unparse(node)}"


def test_6_1_1_every_limit_is_documented():
    page = (ROOT / "docs/explanation/throttling.md").read_text("utf-8")
    settings = (ROOT / "docs/reference/configuration.md").read_text("utf-8")
    limits = [field.name for field in dataclasses.fields(Limits)]

    assert [name for name in limits if f"`{name}`" not in page + settings] == []


def test_7_1_1_every_lifetime_is_documented():
    page = (ROOT / "docs/reference/configuration.md").read_text("utf-8")
    lives = [field.name for field in dataclasses.fields(Lifetimes)]

    assert [name for name in lives if f"`{name}`" not in page] == []


def test_6_1_3_every_way_in_is_documented():
    page = (ROOT / "docs/explanation/asvs.md").read_text("utf-8")
    ways = ("login.check", "passwords.complete", "passwords.change", "reset.request")
    ways += ("links.open", "addresses.confirm", "sessions.resolve")

    assert [way for way in ways if f"`{way}`" not in page] == []


def test_6_2_10_no_password_grows_too_old():
    names = {
        field.name
        for kind in (Policy, Lifetimes, Limits, Credential)
        for field in dataclasses.fields(kind)
    }

    assert {
        name for name in names if re.search(r"(?:^|_)age(?:$|_)|rotat", name)
    } == set()
    assert "password" not in {field.name for field in dataclasses.fields(Lifetimes)}


def test_6_3_2_a_new_store_knows_nobody():
    store = MemoryStore()
    for name in ("admin", "root", "test@acme.example", ""):
        key = AddressKey(tenant=Tenant("acme"), value=name)
        assert store.accounts.find(key) is None
        assert store.accounts.get(AccountId(name)) is None
    assert inspect.signature(SecureLogin).parameters["keys"].default is inspect._empty


def test_6_4_2_no_record_has_a_place_for_a_hint():
    names = {
        field.name
        for kind in (Account, Credential, AccountStored)
        for field in dataclasses.fields(kind)
    }

    assert {name for name in names if re.search("hint|question|answer", name)} == set()
