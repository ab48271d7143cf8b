"""Facts about the code itself: what calls what, and what is never used."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from pathlib import Path

import pytest

import securelogin
from securelogin import AsyncSecureLogin, Policy, SecureLogin

SOURCE = Path(securelogin.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))


def names_used(tree: ast.AST) -> set[str]:
    """Return every name and attribute a module uses or imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                found.add(name)
            case ast.ImportFrom(module=str(name)):
                found.add(name)
    return found


@cache
def trees() -> dict[Path, ast.AST]:
    return {path: ast.parse(path.read_text("utf-8")) for path in FILES}


@cache
def used() -> dict[str, set[str]]:
    return {
        path.relative_to(SOURCE).as_posix(): names_used(tree)
        for path, tree in trees().items()
    }


def users_of(name: str) -> set[str]:
    return {path for path, names in used().items() if name in names}


def test_C18_argon2_is_run_in_one_place_and_called_through_the_pool():
    assert users_of("hash_secret_raw") == {"argon2_backends.py"}
    assert users_of("crypto_pwhash_alg") == {"argon2_backends.py"}
    assert users_of("_hasher") == {"hashing.py"}


def test_C83_addresses_are_never_split_by_parseaddr():
    assert users_of("parseaddr") | users_of("getaddresses") == set()


@pytest.mark.parametrize(
    "name", ["pickle", "marshal", "eval", "exec", "yaml", "shelve", "uuid4"]
)
def test_1_5_2_11_5_1_no_unsafe_reading_and_no_weak_chance(name):
    assert users_of(name) == set()


def test_the_module_random_is_imported_nowhere():
    imported = {
        alias.name
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert "random" not in imported


def test_C04_no_public_call_takes_a_place_to_go_to_next():
    forbidden = {"next", "redirect", "return_to", "referer", "relay_state", "host"}
    for kind in (SecureLogin, AsyncSecureLogin):
        for signature in public_signatures(kind):
            assert forbidden.isdisjoint(signature.parameters)


def test_C53_no_strangers_call_takes_an_account_for_granted():
    # What a stranger can reach takes typed text and tokens, never an identity.
    for flow, calls in {
        "login": ["check"],
        "passwords": ["complete", "change"],
        "reset": ["request"],
        "links": ["open"],
        "addresses": ["request", "confirm"],
    }.items():
        module = __import__(f"securelogin.flows.{_MODULES[flow]}", fromlist=["_"])
        owner = next(
            member
            for _, member in inspect.getmembers(module, inspect.isclass)
            if member.__module__ == module.__name__ and hasattr(member, calls[0])
        )
        for call in calls:
            parameters = inspect.signature(getattr(owner, call)).parameters
            assert "account" not in parameters


_MODULES = {
    "login": "login",
    "passwords": "passwords",
    "reset": "reset",
    "links": "recipient_links",
    "addresses": "address_changes",
}


def public_signatures(kind: type) -> list[inspect.Signature]:
    """Return the signatures of every public method of every flow."""
    folder = "aio" if kind is AsyncSecureLogin else "flows"
    found = [inspect.signature(kind)]
    for path in (SOURCE / folder).glob("*.py"):
        if path.stem in {"__init__", "secure_login"}:
            continue
        module = __import__(f"securelogin.{folder}.{path.stem}", fromlist=["_"])
        for _, member in inspect.getmembers(module, inspect.isclass):
            if member.__module__ == module.__name__:
                found += [
                    inspect.signature(method)
                    for name, method in inspect.getmembers(member, callable)
                    if not name.startswith("_")
                ]
    return found


def test_E18_the_block_list_keeps_3000_entries_of_the_default_length():
    policy = Policy()

    assert sum(len(word) >= policy.shortest for word in policy.block_list) >= 3_000


def test_no_module_is_longer_than_400_lines():
    long = {
        path.relative_to(SOURCE).as_posix(): count
        for path in FILES
        if (count := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_15_2_3_no_test_code_is_shipped():
    # The kits for authors of adapters are tests, and the core imports none of them.
    imported = {
        name
        for path, tree in trees().items()
        if "testing" not in path.relative_to(SOURCE).parts
        for name in names_used(tree)
        if name.split(".")[0] in {"pytest", "hypothesis", "unittest", "tests"}
    }
    assert imported == set()
