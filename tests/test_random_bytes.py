"""A source of randomness is held to what it was asked for."""

from __future__ import annotations

import pytest

from securelogin.errors import AdapterError, WiringError
from securelogin.random_bytes import full_draws
from tests.strategies import fixed_random
from tests.wiring import cheap_hasher


def test_what_a_full_source_gives_is_handed_on():
    assert full_draws(fixed_random(b"seed"))(6) == b"seedse"


@pytest.mark.parametrize(
    "draw",
    [
        lambda size: b"r" * (size - 1),
        lambda size: b"r" * (size + 1),
        lambda _: b"r" * 16,
        lambda _: b"",
        lambda _: None,
        lambda size: "r" * size,
        bytearray,
    ],
    ids=["one less", "one more", "always 16", "empty", "none", "a str", "bytearray"],
)
def test_F70_a_source_that_gives_something_else_is_not_wired(draw):
    with pytest.raises(WiringError, match="as many random bytes") as caught:
        full_draws(draw)

    assert caught.value.setting == "random"
    with pytest.raises(WiringError):
        cheap_hasher(random=draw)


def test_F70_one_that_gives_too_few_later_makes_nothing():
    given = [32, 16, 15]
    draws = full_draws(lambda _: b"r" * given.pop(0))

    assert len(draws(16)) == 16
    with pytest.raises(AdapterError, match="16 random bytes were asked for"):
        draws(16)
