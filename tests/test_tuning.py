"""Tuning: what is proposed keeps to what was asked, and never falls below the floor."""

from __future__ import annotations

import ctypes
import sys
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import argon2_build, tuning
from securelogin.argon2_backends import Argon2CFFI, Libsodium
from securelogin.argon2_build import Build, HugePages, read_build, read_huge_pages
from securelogin.errors import WiringError
from securelogin.guessing import RENTED_CARD, Guesser
from securelogin.phc import OWASP_FLOOR, RECOMMENDED, Argon2Parameters, HashBounds
from securelogin.tuning import backends, lets_others_run, measure, propose, tune

MS = timedelta(milliseconds=1)
MIB = 1_024


@pytest.mark.parametrize(
    ("per_pass", "memory", "target", "proposed"),
    [
        # RFC 9106, 4: all the memory, then as many passes as there is time for.
        (40, 64 * MIB, 250, (64 * MIB, 6)),
        (40, 64 * MIB, 79, (64 * MIB, 1)),
        # Not a single pass over all of it: less memory.
        (160, 256 * MIB, 100, (160 * MIB, 1)),
        # Little memory, so the passes of OWASP's line for it.
        (10, 19_456, 100, (19_456, 10)),
        (10, 12_288, 25, (9_600, 1)),
        # Too slow for anything: the quickest that is allowed.
        (4_000, 64 * MIB, 10, (7_168, 5)),
        # A fast machine does not go beyond what a stored hash may cost.
        (1, 1_024 * MIB, 10_000, (256 * MIB, 10)),
    ],
)
def test_memory_comes_before_passes(per_pass, memory, target, proposed):
    found = propose(per_pass * MS, memory=memory, target=target * MS)

    expected = Argon2Parameters(memory=proposed[0], passes=proposed[1])
    if HashBounds().hold(expected):
        assert found == expected
    else:
        assert found in OWASP_FLOOR


@given(
    per_pass=st.integers(1, 10**7),
    memory=st.integers(7_168, 1 << 21),
    target=st.integers(1, 10**8),
)
def test_C81_a_proposal_is_never_below_the_floor_nor_above_what_is_given(
    per_pass, memory, target
):
    pass_time, goal = timedelta(microseconds=per_pass), timedelta(microseconds=target)

    found = propose(pass_time, memory=memory, target=goal)

    assert HashBounds().hold(found)
    assert found.memory <= memory
    cost = pass_time * found.passes * (found.memory / memory)
    allowed = [low for low in OWASP_FLOOR if low.memory <= memory]
    # A rounding of a microsecond is no matter.
    if cost > goal + timedelta(microseconds=1):
        assert found in allowed
        assert all(
            low.memory * low.passes >= found.memory * found.passes for low in allowed
        )


def test_what_is_installed_is_measured(monkeypatch):
    assert [type(backend) for backend in backends().values()] == [Argon2CFFI, Libsodium]

    monkeypatch.setattr(tuning, "default_backend", Argon2CFFI)
    assert list(backends()) == ["Argon2CFFI"]


def test_a_speed_is_of_that_backend_alone_and_together():
    seen = []

    class Slow:
        def run(self, _secret, /, *, salt, parameters, length):
            seen.append((len(salt), parameters, length))
            time.sleep(0.002)
            return b""

    cost = Argon2Parameters(memory=8, passes=1)
    speed = measure("slow", Slow(), cost, threads=3, lasting=20 * MS)

    assert (speed.backend, speed.parameters, speed.threads) == ("slow", cost, 3)
    assert speed.alone >= 2 * MS <= speed.together
    assert 0 < speed.per_second <= 3 / 0.002
    assert set(seen) == {(16, cost, 32)}


class Held:
    """A backend that holds the interpreter lock: nothing else runs meanwhile."""

    def run(self, _secret, /, **_options):
        # Unlike CDLL, PyDLL keeps the lock.
        ctypes.PyDLL(None).usleep(60_000)
        return b"x" * 32


@pytest.mark.skipif(sys.platform == "win32", reason="no usleep there")
def test_a_backend_that_holds_the_lock_is_told_from_one_that_does_not():
    assert not lets_others_run(Held())
    assert all(lets_others_run(backend) for backend in backends().values())


@pytest.mark.skipif(sys.platform == "win32", reason="no usleep there")
def test_a_backend_that_holds_the_lock_is_never_proposed():
    found = tune(
        target=40 * MS,
        lasting=MS,
        threads=1,
        memory_budget=8 * MIB,
        candidates={"Held": Held(), "Argon2CFFI": Argon2CFFI()},
    )

    assert found.holding == ("Held",)
    assert {speed.backend for speed in found.speeds} == {"Argon2CFFI"}
    with pytest.raises(WiringError, match="interpreter lock"):
        tune(lasting=MS, candidates={"Held": Held()})


class Even:
    """A backend that takes as long as it is told to, for memory and passes."""

    def __init__(self, *, per_pass: float) -> None:
        self.per_pass = per_pass

    def run(self, _secret, /, *, salt, parameters, length):
        share = parameters.memory / RECOMMENDED.memory
        time.sleep(self.per_pass * parameters.passes * share)
        return b""


def tuned(backend, **options):
    options = {"lasting": MS, "threads": 2, "target": 100 * MS} | options
    return tune(candidates={"Even": backend}, **options)


@pytest.mark.usefixtures("roomy")
def test_what_is_proposed_was_measured_on_all_threads():
    found = tuned(Even(per_pass=0.02))

    assert (found.threads, found.memory_budget) == (2, 128 * MIB)
    assert found.within_target
    assert found.proposal.parameters.memory == 64 * MIB
    assert 1 <= found.proposal.parameters.passes <= 5
    assert found.proposal.together <= 110 * MS


@pytest.fixture
def roomy(monkeypatch):
    monkeypatch.setattr(tuning, "usable_memory", lambda: 1 << 30)


@pytest.mark.usefixtures("roomy")
def test_a_proposal_that_took_too_long_is_made_smaller(monkeypatch):
    times = iter([2, 10, 3, 1])

    def measured(name, _backend, parameters, /, *, threads, lasting):
        taken = next(times) * 20 * MS
        return tuning.Speed(
            backend=name,
            parameters=parameters,
            threads=threads,
            alone=taken,
            together=taken,
            per_second=1.0,
        )

    monkeypatch.setattr(tuning, "measure", measured)
    found = tuned(Even(per_pass=0.02))

    # 40 ms at the default; 200 ms for two passes: one fits; it took 60, and stands.
    assert found.proposal.parameters == Argon2Parameters(memory=64 * MIB, passes=1)
    times = iter([2, 2, 30, 15, 4])
    found = tuned(Even(per_pass=0.02))
    assert found.proposal.together == 80 * MS
    assert found.within_target


@pytest.mark.usefixtures("roomy")
@pytest.mark.parametrize("taken", [[2, 2, 30, 30, 30], [2, 900, 900]])
def test_what_cannot_keep_to_the_target_says_so(monkeypatch, taken):
    times = iter(taken)

    def measured(name, _backend, parameters, /, *, threads, lasting):
        took = next(times) * 20 * MS
        return tuning.Speed(
            backend=name,
            parameters=parameters,
            threads=threads,
            alone=took,
            together=took,
            per_second=1.0,
        )

    monkeypatch.setattr(tuning, "measure", measured)
    found = tuned(Even(per_pass=0.02))

    assert not found.within_target
    assert HashBounds().hold(found.proposal.parameters)
    assert next(times, None) is None


@pytest.mark.parametrize(
    ("threads", "budget", "usable", "room"),
    [
        (4, None, None, (4, 4 * 64 * MIB)),
        (4, None, 512 * MIB, (4, 128 * MIB)),
        # Not a block of the floor for each: fewer threads.
        (8, 16 * MIB, None, (2, 16 * MIB)),
        (None, 7_168, None, (1, 7_168)),
    ],
)
def test_threads_and_budget_fit_each_other(monkeypatch, threads, budget, usable, room):
    monkeypatch.setattr(tuning, "usable_memory", lambda: usable)

    assert tuning._room(threads, budget) == room


@pytest.mark.parametrize(
    "wrong",
    [{"target": timedelta(0)}, {"memory_budget": 7_167}, {"threads": 0}],
    ids=str,
)
def test_C62_what_cannot_be_tuned_is_refused(wrong):
    with pytest.raises(WiringError, match=r"tune\("):
        tune(**wrong)


# -- guessing --


def test_a_guess_costs_what_its_memory_traffic_costs():
    card = Guesser(name="x", bandwidth=8 * 64 * MIB * 1_024 * 1_000, hourly=3.6)

    # Two blocks for the first pass, three for each of the others.
    assert card.per_second(RECOMMENDED) == pytest.approx(1_000)
    assert card.dollars_per_million(RECOMMENDED) == pytest.approx(1.0)


@given(st.integers(8, 1 << 18), st.integers(1, 9))
def test_more_memory_and_more_passes_make_guesses_dearer(memory, passes):
    cheap = Argon2Parameters(memory=memory, passes=passes)
    for dear in (
        Argon2Parameters(memory=memory + 8, passes=passes),
        Argon2Parameters(memory=memory, passes=passes + 1),
    ):
        assert RENTED_CARD.per_second(dear) < RENTED_CARD.per_second(cheap)


# -- the build --


@pytest.mark.parametrize(
    ("platform", "wheel", "portable"),
    [
        ("linux", "Tag: cp310-abi3-manylinux_2_28_x86_64\n", True),
        ("linux", "Tag: cp310-abi3-musllinux_1_2_x86_64\n", True),
        ("linux", "Generator: x\nTag: cp310-abi3-linux_x86_64\n", False),
        ("linux", None, None),
        ("darwin", "Tag: cp310-abi3-macosx_11_0_arm64\n", None),
    ],
)
def test_a_wheel_says_who_built_it(monkeypatch, tmp_path, platform, wheel, portable):
    installed = SimpleNamespace(version="1.2", read_text=lambda _: wheel)
    monkeypatch.setattr(argon2_build, "distribution", lambda _: installed)
    monkeypatch.setattr(argon2_build.sys, "platform", platform)

    found = read_build(tmp_path / "none")

    assert found == Build(version="1.2", portable=portable, vectors="")


@pytest.mark.parametrize(
    ("flags", "vectors"),
    [("sse2 avx2 avx512f", "avx512f"), ("sse2 avx2", "avx2"), ("sse2 avx20", "")],
)
def test_the_widest_vectors_count(tmp_path, flags, vectors):
    processor = tmp_path / "cpuinfo"
    processor.write_text(f"flags\t\t: {flags}\n")

    assert read_build(processor).vectors == vectors


@pytest.mark.parametrize(
    ("text", "tunables", "found"),
    [
        ("always [madvise] never\n", "", HugePages(mode="madvise", asked_for=False)),
        (
            "[always] madvise never\n",
            "glibc.malloc.hugetlb=1",
            HugePages(mode="always", asked_for=True),
        ),
        (None, "", HugePages(mode="", asked_for=False)),
    ],
)
def test_huge_pages_are_read_from_the_system(
    tmp_path, monkeypatch, text, tunables, found
):
    monkeypatch.setenv("GLIBC_TUNABLES", tunables)
    path = tmp_path / "enabled"
    if text is not None:
        path.write_text(text)

    assert read_huge_pages(path) == found
