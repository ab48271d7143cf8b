"""A stranger learns nothing: equal answers, equal calls, equal hashing.

Every refusal, for every state an account can be in and every operation a stranger can
call, is compared with the refusal of an unknown address by the kit that portals use
too, on whose own tests see tests/testing/test_uniformity.py.
"""

from __future__ import annotations

import gc
import sys

import pytest

from securelogin.outcomes import Cause
from securelogin.testing.uniformity import (
    CAUSES,
    OPERATIONS,
    STATES,
    Stage,
    UniformityContract,
    Watch,
)
from securelogin.testing.uniformity.stage import PASSWORD
from tests.testing.wired import wired, wired_async

KIT = UniformityContract()
KNOWN = [state for state in STATES if state != "unknown"]


@pytest.fixture
def stage(colour) -> Stage:
    watch = Watch()
    return Stage((wired if colour == "sync" else wired_async)(watch), watch)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("state", KNOWN)
def test_C03_C09_C16_C24_C33_C41_C71_C79_F54_F56_every_state_looks_like_unknown(
    stage, state, operation
):
    """One look for all (ASVS 6.3.8; threats F-55, F-58, F-61)."""
    KIT.test_every_state_looks_like_unknown(stage, state, operation)


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_leaves_one_answer_and_one_trace(stage, cause):
    KIT.test_every_cause_looks_like_an_unknown_address(stage, cause)


@pytest.mark.parametrize("cause", [Cause.UNKNOWN_ADDRESS, Cause.WRONG_PASSWORD])
def test_a_refusal_makes_these_calls(stage, cause):
    attempt = CAUSES[cause](stage)

    seen = stage.watch.see(lambda: stage.auth.login.check(attempt))

    assert seen.trace == (
        "counters.hit",
        "login_reads.read",
        "argon2",
        "attempts.record",
    )


def test_a_granted_log_in_hashes_once_too(stage):
    address = stage.new_address()
    STATES["active"](stage, address)

    seen = stage.watch.see(lambda: stage.check(address, PASSWORD))

    assert (seen.kind, seen.trace.count("argon2")) == ("Granted", 1)


def test_C08_an_older_hash_costs_one_more_run_only_after_the_decision(stage):
    address = stage.new_address()
    STATES["older hash"](stage, address)

    refused = stage.watch.see(lambda: stage.check(address))
    upgraded = stage.watch.see(lambda: stage.check(address, PASSWORD))

    assert refused.trace.count("argon2") == 1
    assert (upgraded.kind, upgraded.trace.count("argon2")) == ("Granted", 2)


def steps_of(call) -> int:
    """Return how many instructions the interpreter runs in this thread for a call."""
    steps = 0

    def count(frame, event, _argument):
        nonlocal steps
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return count

    # What an earlier test left to be collected would be finalized, and counted, here.
    gc.disable()
    before = sys.gettrace()
    sys.settrace(count)
    try:
        call()
    finally:
        sys.settrace(before)
        gc.enable()
    return steps


@pytest.mark.parametrize("state", [state for state in KNOWN if state != "older hash"])
def test_a_refusal_takes_as_many_steps_whoever_it_is_about(state):
    """Where clocks tell by microseconds, the interpreter's steps tell exactly."""
    watch = Watch()
    stage = Stage(wired(watch), watch)
    known, unknown = stage.new_address(), stage.new_address()
    STATES[state](stage, known)
    taken = {known: [], unknown: []}
    for address in (known, unknown) * 5:
        attempt = stage.attempt(address)
        steps = steps_of(lambda now=attempt: stage.auth.login.check(now))
        taken[address].append(steps)

    # The fewest: waiting takes steps of its own when the machine is busy elsewhere.
    assert min(taken[known]) == pytest.approx(min(taken[unknown]), abs=60, rel=0)
