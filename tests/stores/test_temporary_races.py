"""A crowd asks for one person's forgotten password, and as many couriers carry.

And the person is shut out meanwhile.
"""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from securelogin import KeyRing
from securelogin.testing.races import call, race
from tests.stores.crowds import CROWD, ROUNDS
from tests.stores.mailing import (
    ask_and_carry,
    counters_are_exact,
    nothing_lives_and_nothing_is_mailed,
    only_the_last_one_lives,
    opened,
    the_last_mail_has_a_record,
)
from tests.stores_redis.servers import URL, Inside, require_redis

SHARED = ["sqlite", "psycopg", "pymysql", "psycopg and redis"]
HALF = CROWD // 2


@pytest.fixture(params=SHARED)
def portal(request, databases):
    """Return what a process opens a portal by: a database, a key, and Redis."""
    name, _, redis = request.param.partition(" and ")
    databases.store(name)
    place = databases.place(name)
    place.empty()
    key = KeyRing.new_key()
    if not redis:
        yield place.text, key, None
        return
    require_redis()
    inside = Inside()
    yield place.text, key, (URL, inside.prefix)
    inside.close()


@pytest.fixture
def mailing(portal):
    made = opened(*portal)
    made.register()
    return made


@pytest.mark.slow
@pytest.mark.crowd
def test_of_sixty_four_threads_that_ask_and_carry_one_password_lives(mailing):
    for _ in range(ROUNDS):
        before = len(mailing.mailed)
        race(mailing, [call("ask"), call("carry")] * HALF)
        mailed = mailing.mailed
        if len(mailed) > before:
            only_the_last_one_lives(mailing, mailed, recent=4 * HALF)
            the_last_mail_has_a_record(mailing, mailed, len(mailed) - before)

    only_the_last_one_lives(mailing, mailing.mailed)
    counters_are_exact(mailing, ROUNDS * HALF)


@pytest.mark.slow
@pytest.mark.crowd
def test_whoever_is_shut_out_among_sixty_four_threads_has_no_temporary(mailing):
    for _ in range(ROUNDS):
        race(mailing, [call("ask"), call("carry")] * HALF + [call("shut")])
        nothing_lives_and_nothing_is_mailed(mailing)
        mailing.open_again()


@pytest.mark.slow
@pytest.mark.crowd
def test_of_eight_processes_that_ask_and_carry_one_password_lives(mailing, portal):
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(8, mp_context=context) as pool:
        start = time.time() + 3
        asked = [pool.submit(ask_and_carry, portal, ROUNDS, start) for _ in range(8)]
        mailed = [one for each in asked for one in each.result(300)]

    only_the_last_one_lives(mailing, mailed)
    counters_are_exact(mailing, 8 * ROUNDS)
