"""Random identifiers."""

from __future__ import annotations

import re
import secrets

import pytest

from securelogin.identifiers import make_id


def test_an_id_is_22_url_safe_characters():
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", make_id(secrets.token_bytes))


def test_an_id_holds_every_random_bit():
    asked = []

    def random(count):
        asked.append(count)
        return bytes(range(count))

    assert make_id(random) == "wAAECAwQFBgcICQoLDA0OD"
    assert asked == [16]


def test_no_id_can_be_taken_for_an_option_of_a_command():
    for first in range(256):
        made = make_id(lambda count, first=first: bytes([first]) * count)

        assert made[0].isalnum()


def test_F70_without_randomness_no_id_is_made():
    def broken(_count):
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 -- the very error of the source
        make_id(broken)
