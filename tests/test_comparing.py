"""How secrets are compared, everywhere."""

from __future__ import annotations

import ast
import hmac
from pathlib import Path

import pytest

import securelogin
from securelogin.hidden import Hidden
from tests.tokens import TOKEN, read

SECRET_WORDS = ("digest", "tag", "signature", "mac", "fingerprint", "hash", "secret")
# What is compared with == and is no guess against a secret.
NO_GUESS = {
    # A store's answer against what it was asked for, and one stored row against
    # another: both sides are ours, and a session's digest is its public handle.
    "session.digest == asked",
    "session.digest != new.digest",
    # Two rows of one account, after its session was found: which one is this?
    "session.digest == own",
    "session.digest != own.digest",
    # A query for one session's row, by its public handle: the database compares.
    "table.c.digest == bindparam('wanted')",
    # Two hashes of one row: is there anything to write?
    "password_hash == self.password_hash",
    # The tag of an HTML element.
    "tag == 'form'",
    "tag == 'input'",
}


@pytest.mark.parametrize(
    "source",
    sorted(Path(securelogin.__file__).parent.rglob("*.py")),
    ids=lambda path: path.stem,
)
def test_C52_no_digest_is_compared_with_an_equals_sign(source):
    compared = {
        ast.unparse(node)
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and any(isinstance(sign, ast.Eq | ast.NotEq) for sign in node.ops)
        and any(is_secret(side) for side in (node.left, *node.comparators))
    }

    assert compared <= NO_GUESS


def is_secret(node: ast.AST) -> bool:
    name = getattr(node, "attr", None) or getattr(node, "id", None) or ""
    return any(name == word or name.endswith("_" + word) for word in SECRET_WORDS)


def test_C52_passwords_and_secrets_are_compared_in_constant_time(monkeypatch):
    compared = []

    def count(one, other):
        compared.append((type(one), type(other)))
        return real(one, other)

    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", count)

    assert Hidden("a") != Hidden("b")
    assert read(TOKEN) is not None
    # E17: of bytes always.
    assert compared == [(bytes, bytes)] * 2
