"""A log that betrays what was typed is told from one that has the same words anyhow."""

from __future__ import annotations

import logging

import pytest

from tests.fastapi.listening import Log, listening

PATH = "/api/change-password"


def typed_and(body: dict[str, str], *, by: str) -> None:
    logging.getLogger(by).info("POST %s, typed %s", PATH, body["current"])


def only_asked(body: dict[str, str]) -> None:
    logging.getLogger("tests").info("POST %s, typed nothing (%d)", PATH, len(body))


@pytest.fixture
def log():
    with listening() as log:
        yield log


@pytest.mark.parametrize("typed", ["change", "kingfisher in the reeds"])
def test_what_is_written_because_it_was_typed_is_betrayed(log: Log, typed):
    body = {"current": typed}

    typed_and(body, by="tests")

    assert log.betrays(body, lambda other: typed_and(other, by="tests")) == [typed]


def test_a_word_of_a_path_is_not_betrayed_by_having_been_typed_too(log: Log):
    body = {"current": "change"}

    only_asked(body)

    assert "change" in log.lines[-1]
    assert log.betrays(body, only_asked) == []


def test_what_the_asking_side_writes_is_not_listened_to(log: Log):
    body = {"current": "kingfisher in the reeds"}

    typed_and(body, by="urllib3.connectionpool")

    assert log.lines == []
    assert log.betrays(body, only_asked) == []
