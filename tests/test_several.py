"""Settings that hold several things: taken once, kept whole, however they come."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import securelogin
from securelogin import AsyncSecureLogin, Audience, KeyRing, Policy, SecureLogin
from securelogin.errors import WiringError
from securelogin.imported_forms import ImportBounds
from securelogin.installation import Installation
from securelogin.mail import MailKind
from securelogin.mailers.memory import MemoryMailer
from securelogin.phc import OWASP_FLOOR, HashBounds
from securelogin.portals import Portal, Portals
from securelogin.several import taken
from securelogin.sinks import EventLog, Sinks
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from tests.wiring import ACME, GLOBEX, POOL, AsyncInbox

SOURCES = sorted(Path(securelogin.__file__).parent.rglob("*.py"))
KEYS = KeyRing(KeyRing.new_key())


def no(_evidence):
    return "no"


def never(_evidence):
    return None


def portal(**changed) -> Portal:
    declared = {"tenant": "acme", "name": "Acme", "contact": "it@acme.example"}
    declared["url"] = "https://acme.example/"
    return Portal(**(declared | changed))


def installation(**several) -> Installation:
    return Installation(keys=KEYS, **({"portals": [ACME]} | several))


def wired(**several) -> Installation:
    given = {
        "keys": KEYS,
        "store": MemoryStore(),
        "pool": POOL,
        "mailer": MemoryMailer(),
    }
    return SecureLogin(**(given | {"portals": [ACME]} | several)).installation


def async_wired(**several) -> Installation:
    given = {
        "keys": KEYS,
        "store": AsyncMemoryStore(),
        "pool": POOL,
        "mailer": AsyncInbox(),
    }
    return AsyncSecureLogin(**(given | {"portals": [ACME]} | several)).installation


def told(sinks: Sinks) -> list[object]:
    return [sink for sink, _ in sinks._sinks]


MAKERS: dict[str, Callable[..., Any]] = {
    "Policy": Policy,
    "Portal": portal,
    "HashBounds": HashBounds,
    "ImportBounds": ImportBounds,
    # By name, as the others.
    "Portals": lambda portals: Portals(portals),  # noqa: PLW0108
    "Sinks": lambda sinks: Sinks(sinks),  # noqa: PLW0108
    "Installation": installation,
    "SecureLogin": wired,
    "AsyncSecureLogin": async_wired,
}
SITES = [ACME, GLOBEX]
LISTENERS = [print, repr]
SEVERAL: dict[tuple[str, str], list[Any]] = {
    ("Policy", "block_list"): ["hunter2hunter2hunter2", "correct horse battery"],
    ("Policy", "context_words"): ["Roadrunner", "Acme Health"],
    ("Policy", "link_required"): [Audience.INTERNAL, Audience.EXTERNAL],
    ("Policy", "checks"): [never, no],
    ("Policy", "optional_notices"): [MailKind.NEW_BROWSER],
    ("Portal", "audiences"): [Audience.EXTERNAL],
    ("HashBounds", "floor"): [*OWASP_FLOOR],
    ("ImportBounds", "iterations"): [1_000, 10_000],
    ("ImportBounds", "scrypt"): [2**10, 2**11],
    ("ImportBounds", "log_rounds"): [10, 11],
    ("Portals", "portals"): SITES,
    ("Sinks", "sinks"): LISTENERS,
    ("Installation", "portals"): SITES,
    ("Installation", "sinks"): LISTENERS,
    ("SecureLogin", "portals"): SITES,
    ("SecureLogin", "sinks"): LISTENERS,
    ("AsyncSecureLogin", "portals"): SITES,
    ("AsyncSecureLogin", "sinks"): LISTENERS,
}
"""Every setting that takes several things, by its owner, with some to hand in."""
EACH = pytest.mark.parametrize(
    ("owner", "name"), SEVERAL, ids=[".".join(place) for place in SEVERAL]
)


def kept(made: Any, name: str) -> Any:
    """Return what is kept of a setting, in the order of the table where it has one."""
    found = made if isinstance(made, Portals | Sinks) else getattr(made, name)
    found = told(found) if isinstance(found, Sinks) else found
    return set(found) if isinstance(found, frozenset) else [*found]


def itself(item):
    return item


WAYS: dict[str, Callable[[list[Any]], Any]] = {
    "a tuple": tuple,
    "a list": list,
    "an iterator": iter,
    "a generator": lambda items: (item for item in items),
    "a map": lambda items: map(itself, items),
    "a filter": lambda items: filter(lambda _: True, items),
}


@EACH
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_C62_what_can_be_read_once_is_kept_all_the_same(owner, name, way):
    items = SEVERAL[owner, name]

    made = MAKERS[owner](**{name: way(items)})

    for _ in range(2):
        found = kept(made, name)
        assert found == (set(items) if isinstance(found, set) else items)


@EACH
def test_C62_what_is_changed_after_it_was_checked_changes_no_setting(owner, name):
    items = [*SEVERAL[owner, name]]
    made = MAKERS[owner](**{name: items})
    before = kept(made, name)

    items.clear()

    assert kept(made, name) == before


@EACH
@pytest.mark.parametrize("one", ["external", b"external", 5, None, print], ids=repr)
def test_C62_one_thing_is_not_several(owner, name, one):
    with pytest.raises(WiringError, match=name):
        MAKERS[owner](**{name: one})


@EACH
def test_C62_several_things_of_another_kind_are_refused(owner, name):
    with pytest.raises(WiringError, match=name):
        MAKERS[owner](**{name: iter([*SEVERAL[owner, name], 0.5])})


def test_C62_an_event_log_alone_is_refused_when_wired():
    with pytest.raises(WiringError, match=r"sinks=\(EventLog\(\),\)"):
        installation(sinks=EventLog())


def _held(owner: ast.ClassDef) -> set[tuple[str, str]]:
    """Return what of a class holds several things by its annotation, if it is checked.

    That is: arguments of `__init__`, and fields of what raises `WiringError`.
    """
    found = []
    for node in owner.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            found += [(one.arg, one.annotation) for one in arguments]
        elif isinstance(node, ast.AnnAssign):
            found += [(ast.unparse(node.target), node.annotation)]
    kinds = ("tuple[", "frozenset[", "Iterable[", "Collection[", "Sequence[")
    return {
        (owner.name, name)
        for name, annotation in found
        if annotation is not None and ast.unparse(annotation).startswith(kinds)
    }


def test_no_setting_that_holds_several_things_is_missing_here():
    owners = [
        node
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and "WiringError:" in (ast.get_docstring(node) or "")
    ]

    # These only hand on what they are given.
    through = {
        (owner, name)
        for owner in ("Installation", "SecureLogin", "AsyncSecureLogin")
        for name in ("portals", "sinks")
    }
    assert set().union(*map(_held, owners)) | through == set(SEVERAL)


@pytest.mark.parametrize("one", ["ab", b"ab", 5, None, print], ids=repr)
def test_one_thing_is_none(one):
    assert taken(one) is None


def test_several_things_are_taken_in_their_order():
    for given in (["b", "a"], iter("ba"), {"b": 1, "a": 2}):
        assert taken(given) == ("b", "a")
    for empty in ((), [], set(), iter(())):
        assert taken(empty) == ()
