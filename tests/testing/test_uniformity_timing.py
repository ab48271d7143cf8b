"""Time: the statistics against SciPy's own, the measuring by a control of known size.

Nothing here depends on a quiet machine: what is asserted of time is a delay that is
many times what else an answer takes.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from rich.console import Console
from scipy import stats
from typer.testing import CliRunner

from securelogin import Limits, Policy, cli
from securelogin.errors import WiringError
from securelogin.testing import run, uniformity
from securelogin.testing.uniformity import Answer, Stage, Watch, report, trial
from securelogin.testing.uniformity.comparison import THRESHOLD, compare
from securelogin.testing.uniformity.own import own_auth
from securelogin.testing.uniformity.population import LOG_IN, MEASURED, scenes_for
from securelogin.testing.uniformity.timing import CONTROL, TWIN, measure
from tests.testing.test_uniformity import wired, wired_async

MS = timedelta(milliseconds=1)
RUNNER = CliRunner()


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

    with pytest.raises(WiringError, match="three tries at least"):
        scenes_for(LOG_IN, stage, rounds=20)


# -- what is told --


class Portal:
    """A portal that takes its time for those it knows."""

    def __init__(self):
        self.people = {
            "unknown": ["nobody@acme.example"],
            "active": ["somebody@acme.example"],
        }

    def send(self, address, password, /):
        sum(range(50_000 if address == "somebody@acme.example" else 100))
        return Answer(status=401)


portal = Portal()
nothing = 7


def wire_for_command(watch):
    return wired(watch)


def command(*arguments: str):
    return RUNNER.invoke(cli.app, ["uniformity", *arguments])


def test_a_slow_portal_is_told_by_table_picture_and_exit_code(tmp_path):
    result = command(
        f"{__name__}:portal",
        "--rounds=60",
        "--delay=0.005",
        f"--plot={tmp_path}/times.svg",
    )

    assert result.exit_code == 1
    assert "NOT SEEN" not in result.stdout
    assert "</svg>" in (tmp_path / "times.svg").read_text("utf-8")


def test_a_table_names_pairs_that_differ_and_those_within():
    timing = trial.try_visitor(portal, portal.people, rounds=60, delay=5 * MS)
    console = Console(record=True, width=200, file=StringIO())

    for table in report.tables(timing):
        console.print(table)

    text = console.export_text()
    assert "DIFFERS" in text
    assert "unknown / control" in text


def test_json_holds_what_was_found():
    result = command(f"{__name__}:portal", "--rounds=60", "--delay=0.005", "--json")

    (found,) = json.loads(result.stdout)
    assert (found["rounds"], found["valid"], found["uniform"]) == (60, True, False)
    assert found["delay_of_control"] == 0.005
    assert found["medians"]["active"] > found["medians"]["unknown"]
    assert not found["pairs"][0]["within"]


@pytest.mark.parametrize("colour", [[], ["--async"]], ids=["sync", "async"])
@pytest.mark.parametrize("store", ["memory", "sqlite:///{}/u.db"])
@pytest.mark.slow
def test_the_library_itself_is_measured(colour, store, tmp_path):
    result = command(
        f"--store={store.format(tmp_path)}", "--rounds=20", "--json", *colour
    )

    found = json.loads(result.stdout)
    assert [timing["operation"] for timing in found] == list(MEASURED)
    assert [len(timing["pairs"]) for timing in found] == [21, 3]


@pytest.mark.slow
def test_an_auth_of_the_applications_is_measured():
    result = command(f"{__name__}:wire_for_command", "--rounds=20", "--json")

    assert [len(timing["pairs"]) for timing in json.loads(result.stdout)] == [21, 3]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nowhere.at.all:auth"], "cannot be loaded"),
        (["json:nothing_such"], "cannot be loaded"),
        (["tests.testing.test_uniformity_timing:nothing"], "neither a function"),
        (["--store=nothing://"], "store"),
        (["--store=sqlite://u:password@h/x"], "SECURELOGIN_UNIFORMITY_STORE"),
    ],
)
def test_what_cannot_be_measured_ends_with_two(arguments, problem):
    result = command(*arguments, "--rounds=20")

    assert result.exit_code == 2
    assert problem in result.stderr


def test_a_picture_of_no_known_kind_ends_with_two(tmp_path):
    result = command(
        f"{__name__}:portal", "--rounds=20", f"--plot={tmp_path}/times.nothing"
    )

    assert result.exit_code == 2
    assert "the plot cannot be drawn" in result.stderr


@pytest.mark.parametrize(
    "people", [{}, {"unknown": ["a"]}, {"unknown": ["a"], "b": []}]
)
def test_a_visitor_needs_somebody_to_compare(people):
    with pytest.raises(WiringError, match="nobody to compare"):
        trial.try_visitor(portal, people, rounds=20, delay=MS)


@pytest.mark.parametrize(
    ("gone", "said"),
    [("scipy", "securelogin[uniformity]"), ("sqlalchemy", "securelogin[sql]")],
)
def test_a_missing_extra_is_named(gone, said, monkeypatch, tmp_path):
    for name in list(sys.modules):
        if name.partition(".")[0] == gone or name.startswith(
            ("securelogin.testing.uniformity.", "securelogin.stores.sql")
        ):
            monkeypatch.delitem(sys.modules, name)
    for name in ("report", "trial"):
        monkeypatch.delattr(uniformity, name, raising=False)
    monkeypatch.setitem(sys.modules, gone, None)

    result = command(f"--store=sqlite:///{tmp_path}/never.db", "--rounds=20")

    assert result.exit_code == 2
    assert said in result.stderr


def test_the_library_is_closed_when_a_trial_fails(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        own_auth(Watch(), store=f"sqlite:///{tmp_path}/u.db", is_async=False),
    ):
        raise ZeroDivisionError
