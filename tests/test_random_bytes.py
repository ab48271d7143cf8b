"""A source of randomness is held to what it was asked for."""

from __future__ import annotations

import pytest

from securelogin.errors import AdapterError
from securelogin.random_bytes import full_draws
from tests.strategies import failing_random, fixed_random
from tests.wiring import Wired, cheap_hasher


def test_what_a_full_source_gives_is_handed_on():
    assert full_draws(fixed_random(b"seed"))(6) == b"seedse"


def test_nothing_is_drawn_before_it_is_asked_for():
    full_draws(failing_random(0))


@pytest.mark.parametrize(
    "source",
    [
        lambda size: b"r" * (size - 1),
        lambda size: b"r" * (size + 1),
        lambda _: b"r" * 15,
        lambda _: b"",
        lambda _: None,
        lambda size: "r" * size,
        bytearray,
    ],
    ids=["one less", "one more", "always 15", "empty", "none", "a str", "bytearray"],
)
def test_F70_of_a_source_that_gives_something_else_nothing_is_made(source):
    with pytest.raises(AdapterError, match="16 random bytes were asked for"):
        full_draws(source)(16)
    with pytest.raises(AdapterError):
        cheap_hasher(random=source)


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_F70_one_that_gives_too_few_later_lets_nobody_in(colour):
    short = [False]
    wired = Wired(colour, random=lambda size: b"r" * (size - short[0]))
    short[0] = True

    with pytest.raises(AdapterError):
        wired.check("ann@acme.example", "whatever it is")
