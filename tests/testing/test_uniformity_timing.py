"""Time: the statistics against SciPy's own, the measuring by a control of known size.

Nothing here depends on a quiet machine: what is asserted of time is a delay that is
many times what else an answer takes.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from rich.console import Console
from scipy import stats

from securelogin import Limits, Policy
from securelogin.errors import WiringError
from securelogin.stores.memory import MemoryStore
from securelogin.testing import run
from securelogin.testing.uniformity import Stage, Watch, report
from securelogin.testing.uniformity.comparison import THRESHOLD, compare
from securelogin.testing.uniformity.own import wire_own
from securelogin.testing.uniformity.people import (
    FORGOTTEN,
    LOG_IN,
    MEASURED,
    scenes_for,
)
from securelogin.testing.uniformity.population import measure_population
from securelogin.testing.uniformity.timing import CONTROL, TWIN, measure
from tests.testing.wired import wired, wired_async

MS = timedelta(milliseconds=1)


def samples(shift: float = 0.0, *, n: int = 2_000, seed: int = 3):
    drawn = np.random.default_rng(seed)
    return drawn.normal(10, 1, n), drawn.normal(10 + shift, 1, n)


# -- what is computed --


def test_equal_samples_lie_within_and_are_not_seen():
    found = compare("a", samples()[0], "b", samples()[1])

    assert found.is_within
    assert not found.is_seen
    assert found.lowest < 0 < found.highest
    assert found.auc_lowest < 0.5 < found.auc_highest


def test_a_shift_is_seen_with_its_size_and_direction():
    found = compare("a", samples(0.5)[0], "b", samples(0.5)[1])

    assert found.is_seen
    assert not found.is_within
    assert found.t > THRESHOLD
    assert found.lowest < 0.5 < found.highest
    assert found.auc > 0.53


def test_t_and_auc_are_those_of_scipy():
    one, two = samples(0.1)

    found = compare("a", one, "b", two)

    welch = stats.ttest_ind(two, one, equal_var=False, trim=0.2)
    ranks = stats.mannwhitneyu(two, one)
    assert found.t == pytest.approx(welch.statistic)
    assert found.auc == pytest.approx(ranks.statistic / len(one) / len(two))
    # The error behind the interval is the one behind t.
    assert found.difference / found.t == pytest.approx(
        found.smallest_seen / (THRESHOLD + stats.norm.ppf(0.95))
    )


def test_the_interval_of_the_auc_is_that_of_a_bootstrap():
    one, two = samples(0.2, n=400)

    def auc(a, b, axis=-1):
        return stats.mannwhitneyu(b, a, axis=axis).statistic / a.shape[-1] / b.shape[-1]

    drawn = stats.bootstrap(
        (one, two), auc, n_resamples=999, method="percentile", rng=5, vectorized=True
    ).confidence_interval
    found = compare("a", one, "b", two)

    assert found.auc_lowest == pytest.approx(drawn.low, abs=0.006)
    assert found.auc_highest == pytest.approx(drawn.high, abs=0.006)


def test_the_smallest_difference_seen_is_seen_in_95_of_100():
    smallest = compare("a", samples()[0], "b", samples()[1]).smallest_seen

    seen = [
        abs(compare("a", one, "b", two).t) > THRESHOLD
        for one, two in (samples(smallest, seed=seed) for seed in range(100))
    ]

    assert 88 <= sum(seen) <= 100


# -- what is measured --


def sleepless(spin: float = 0.0):
    def ready():
        return lambda: sum(range(100 + int(spin)))

    return ready


@pytest.mark.slow
def test_a_delay_of_known_size_is_seen():
    timing = measure(
        "sums", {"a": sleepless(), "b": sleepless()}, rounds=200, delay=2 * MS
    )

    assert timing.is_valid
    assert timing.rounds == 200
    assert {"a", "b", CONTROL, TWIN} == set(timing.seconds)
    assert timing.control.difference > 0.001


@pytest.mark.slow
def test_a_scene_that_takes_longer_is_told_apart():
    timing = measure(
        "sums", {"a": sleepless(), "b": sleepless(20_000)}, rounds=200, delay=2 * MS
    )

    assert timing.is_valid
    assert not timing.is_uniform
    assert timing.pairs[0].is_seen


@pytest.mark.slow
def test_a_control_too_small_to_be_seen_voids_the_timing():
    timing = measure(
        "sums",
        {"a": sleepless(20_000), "b": sleepless(20_000)},
        rounds=20,
        delay=timedelta(microseconds=0),
    )

    assert not timing.is_valid
    assert not timing.is_uniform


def test_answers_that_are_awaited_are_measured_to_their_end():
    def ready():
        return lambda: asyncio.sleep(0.002)

    timing = measure("naps", {"a": ready, "b": ready}, rounds=20, delay=10 * MS)

    assert min(timing.seconds["b"]) >= 0.002
    assert len(timing.seconds[CONTROL]) == 20
    assert min(timing.seconds[CONTROL]) >= 0.012


def test_one_question_may_be_awaited_and_another_not():
    timing = measure(
        "mixed",
        {"a": lambda: lambda: asyncio.sleep(0), "b": sleepless()},
        rounds=20,
        delay=5 * MS,
    )

    assert len(timing.seconds["b"]) == 20


def test_the_garbage_collector_is_on_again_afterwards():
    measure("sums", {"a": sleepless(), "b": sleepless()}, rounds=20, delay=MS)

    assert gc.isenabled()


def test_a_garbage_collector_that_was_off_stays_off():
    gc.disable()
    try:
        measure("sums", {"a": sleepless(), "b": sleepless()}, rounds=20, delay=MS)
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(("names", "rounds"), [("a", 20), ("ab", 5)])
def test_too_little_to_compare_is_refused(names, rounds):
    with pytest.raises(ValueError, match="two scenes and 20 rounds"):
        measure("sums", dict.fromkeys(names, sleepless()), rounds=rounds, delay=MS)


# -- people enough --


@pytest.mark.parametrize("wire", [wired, wired_async], ids=["sync", "async"])
@pytest.mark.parametrize("operation", MEASURED)
def test_people_stand_in_every_state_that_is_measured(wire, operation):
    watch = Watch()
    scenes = scenes_for(operation, Stage(wire(watch), watch), rounds=20)

    assert list(scenes) == list(MEASURED[operation])
    for ready in scenes.values():
        answer = ready()()
        if wire is wired_async:
            answer = run(answer)
        assert type(answer).__name__ in {"Refused", "ResetRequested"}


def test_a_state_that_cannot_be_reached_is_told():
    watch = Watch()
    stage = Stage(wired(watch, clock=Watch().clock), watch)

    with pytest.raises(WiringError, match="“locked” was refused for throttled"):
        scenes_for(LOG_IN, stage, rounds=20)


def test_limits_that_leave_no_try_are_told():
    watch = Watch()
    stage = Stage(wired(watch, policy=Policy(limits=Limits(tries=2))), watch)

    with pytest.raises(WiringError, match="four tries at least"):
        scenes_for(LOG_IN, stage, rounds=20)


@pytest.mark.parametrize(
    ("rounds", "people"), [(20, 5), (120, 15), (3_000, 101)], ids=str
)
def test_nobody_is_asked_so_often_that_their_place_in_an_index_is_measured(
    rounds, people
):
    watch = Watch()
    auth = wire_own(watch, MemoryStore(), is_async=False)

    scenes = scenes_for(FORGOTTEN, Stage(auth, watch), rounds=rounds)

    asked = [scenes["active"]().keywords["address"] for _ in range(people + 1)]
    assert len(set(asked)) == people
    assert asked[-1] == asked[0]


# -- a population --


def population_of(*, rounds: int = 60, store=None):
    return measure_population(
        Watch(), store or MemoryStore(), is_async=False, rounds=rounds
    )


@pytest.mark.slow
def test_C16_a_population_is_compared_as_a_whole_and_by_form():
    timing = population_of(rounds=200)

    (pair,) = timing.pairs
    assert (pair.first, pair.second, pair.rounds) == ("unknown", "known", 200)
    assert [form.second for form in timing.forms] == [
        "known, current",
        "known, older",
        "known, imported",
    ]
    # Exactly the shares of a hundred, but for who was asked to warm up.
    known = [form.rounds for form in timing.forms]
    assert sum(known) <= 200
    # That decoys of today take less time is seen in any run: a form takes many times
    # as long as another.
    assert timing.control.auc < 0.47
    assert timing.delay == timedelta(0)


def test_of_a_form_that_hardly_occurs_nothing_is_said():
    timing = population_of(rounds=20)

    assert "known, imported" not in [form.second for form in timing.forms]


class Unsampled:
    """Credentials of a store that cannot tell what hashes it holds."""

    def __init__(self, inner):
        self.add = inner.add
        self.get = inner.get
        self.replace = inner.replace


class SampledInVain(Unsampled):
    """Credentials that show no hash of those they hold."""

    def sample(self, *, limit):
        return ()


@pytest.mark.parametrize(
    ("kind", "says"),
    [(Unsampled, r"has no sample\(\)"), (SampledInVain, "“unknown” ran current")],
)
def test_C16_a_store_whose_unknown_addresses_follow_nobody_is_told(kind, says):
    store = MemoryStore()
    store.credentials = kind(store.credentials)

    with pytest.raises(WiringError, match=says):
        population_of(store=store)


def test_a_form_that_is_told_by_its_mean_is_not_uniform():
    timing = measure("sums", {"a": sleepless(), "b": sleepless()}, rounds=20, delay=MS)
    alike, apart = samples(), samples(0.5)
    within = dataclasses.replace(
        timing,
        control=compare("a", apart[0], CONTROL, apart[1]),
        pairs=[compare("a", alike[0], "b", alike[1])],
    )

    assert within.is_uniform
    assert not dataclasses.replace(
        within, forms=[compare("a, older", apart[0], "b, older", apart[1])]
    ).is_uniform


def test_samples_of_two_sizes_are_compared():
    few, many = samples(n=50)[0], samples()[1]

    assert compare("a", few, "b", many).rounds == 50


@pytest.mark.slow
def test_the_forms_of_a_population_stand_in_table_and_json():
    timing = population_of(rounds=80)
    console = Console(record=True, width=200, file=StringIO())

    for table in report.tables(timing):
        console.print(table)

    assert "unknown, older / known, older" in console.export_text()
    assert report.as_json(timing)["forms"][0]["second"] == "known, current"
