"""How the kit itself works: loops, races, other processes, and its guards."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from multiprocessing import Pipe

import pytest

from securelogin.testing import Blocking, CredentialsContract, answers, races, run
from securelogin.testing.blocking import in_sync
from securelogin.testing.contract import Contract
from securelogin.testing.races import (
    call,
    can_travel,
    race,
    race_in_processes,
    serve,
    write_and_be_killed,
)
from securelogin.testing.values import credential
from tests.testing.broken.keyed import AsyncShelf, Shelf

pytest_plugins = ["pytester"]
CASE = """
    import pytest
    from securelogin.stores.memory import MemoryStore
    from securelogin.testing import CredentialsContract

    class TestCredentials(CredentialsContract):
        @pytest.fixture
        def credentials(self):
            return MemoryStore().credentials
"""


# -- Colours --


def test_coroutines_run_on_one_loop_in_a_thread():
    async def here() -> tuple[str, int]:
        return threading.current_thread().name, id(asyncio.get_running_loop())

    assert run(here()) == run(here())
    assert run(here())[0] != threading.current_thread().name


def test_a_sync_adapter_stays_as_it_is():
    shelf = Shelf()

    assert in_sync(shelf, verbs=["get", "add"]) is shelf


def test_an_async_adapter_waits_for_its_answers():
    shelf = in_sync(AsyncShelf(), verbs=["get", "add"])

    assert isinstance(shelf, Blocking)
    assert shelf.add(credential()) is True
    assert shelf.get("ann") == credential()
    assert shelf.get.__name__ == "get"
    assert shelf.inner.rows == {"ann": credential()}


def test_what_an_async_adapter_raises_arrives():
    class Raising:
        async def get(self):
            raise LookupError

    with pytest.raises(LookupError):
        Blocking(Raising()).get()


# -- Races --


@pytest.mark.parametrize("shelf", [Shelf(), Blocking(AsyncShelf())], ids=["t", "a"])
def test_answers_of_a_race_come_in_the_order_of_the_calls(shelf):
    calls = [call("add", credential(f"{n}")) for n in range(8)]

    assert race(shelf, calls) == [True] * 8


@pytest.mark.parametrize("shelf", [Shelf(), Blocking(AsyncShelf())], ids=["t", "a"])
def test_who_raises_in_a_race_is_told_so(shelf):
    with pytest.raises(AssertionError, match=r"get\(\) raised TypeError for one of"):
        race(shelf, [call("get")] * 2)


def test_an_opener_that_another_process_can_be_given_travels():
    assert can_travel(Shelf)
    assert can_travel(partial(open_nothing, 1))
    assert not can_travel(lambda: None)


def open_nothing(status):
    raise SystemExit(status)


def test_a_process_makes_its_calls_and_waits_for_its_end():
    here, there = Pipe()
    calls = [call("add", credential()), call("add", credential()), call("get")]

    here.send("the end")
    serve(Shelf, "credentials", calls, threading.Barrier(1), there)

    assert [here.recv(), here.recv()] == [True, False]
    assert str(here.recv()) == "TypeError"
    here.close()
    there.close()


def test_processes_answer_round_by_round():
    calls = [call("add", credential(f"{n}")) for n in range(2)]

    # Each has a shelf of its own, so each wins: what no shared store may do.
    assert race_in_processes(Shelf, "credentials", [calls] * 2) == [[True, True]] * 2


def test_a_process_that_dies_before_it_answers_is_told():
    with pytest.raises(AssertionError, match="ended before it answered"):
        write_and_be_killed(partial(open_nothing, 0), "credentials", call("get", "x"))


def test_a_process_that_hangs_is_told(monkeypatch):
    monkeypatch.setattr(races, "_PATIENCE", 0)
    here, there = Pipe()

    with pytest.raises(AssertionError, match="did not answer within a minute"):
        races._answer(here)
    here.close()
    there.close()


# -- Answers --


def test_what_comes_back_whole_is_the_same():
    answers.all_same([credential()], (credential(),), what="")


@pytest.mark.parametrize("found", [[], [credential("bob")], None, {credential()}])
def test_what_does_not_is_not(found):
    with pytest.raises(AssertionError, match="what it was"):
        answers.all_same([credential()], found, what="what it was")


@pytest.mark.parametrize("found", ["ba", "ca", "bc"])
def test_advice_on_text_is_kept_for_text(found):
    with pytest.raises(AssertionError) as caught:
        answers.all_same(
            [credential("a"), credential("b")],
            [credential(name) for name in found],
            what="what it was",
        )

    assert "holds another one" in str(caught.value)
    assert "Store text" not in str(caught.value)


# -- Guards --


def test_a_whole_contract_passes_in_a_file_of_its_own(pytester):
    pytester.makepyfile(CASE)

    result = pytester.runpytest_subprocess("-q", "-W", "error")

    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"passed", "skipped"}
    assert outcomes["passed"] >= 15


def test_an_author_reads_what_to_mend(pytester):
    pytester.makepyfile(
        """
        import pytest
        from securelogin.stores.memory import MemoryStore
        from securelogin.testing import CredentialsContract

        class Wrong:
            def __init__(self):
                self.inner = MemoryStore().credentials

            def get(self, account, /):
                return self.inner.get(account)

            def add(self, value, /):
                return int(self.inner.add(value))

        class TestWrong(CredentialsContract):
            @pytest.fixture
            def credentials(self):
                return Wrong()
        """
    )

    result = pytester.runpytest_subprocess("-q", "-k", "add_twice")

    result.stdout.fnmatch_lines(["*Do not hand on a row count: return `count == 1`.*"])


class Removed(CredentialsContract):
    test_replace_never_inserts = None


class Emptied(CredentialsContract):
    def test_replace_never_inserts(self):
        assert True


class Excused(CredentialsContract):
    @pytest.mark.xfail
    def test_replace_never_inserts(self):
        raise AssertionError


class Skipped(CredentialsContract):
    @pytest.mark.skip(reason="no time")
    def test_replace_never_inserts(self):
        raise AssertionError


@pytest.mark.parametrize("kind", [Removed, Emptied, Excused, Skipped])
def test_a_fact_that_was_taken_out_is_missed(kind):
    with pytest.raises(AssertionError, match="test_replace_never_inserts: part of"):
        kind().test_contract_is_whole()


def test_a_fact_may_be_overridden_with_a_reason():
    class Explained(CredentialsContract):
        @pytest.mark.xfail(reason="the database has no such command", strict=True)
        def test_replace_never_inserts(self, subject):
            super().test_replace_never_inserts(subject)

        def test_something_of_its_own(self):
            raise NotImplementedError

    Explained().test_contract_is_whole()


@pytest.mark.parametrize(("name", "number"), [("threads", 1), ("rounds", 0)])
def test_a_race_needs_somebody_to_run_it(name, number):
    kind = type("Lonely", (CredentialsContract,), {name: number})

    with pytest.raises(AssertionError, match=f"mend `{name}`"):
        kind().test_contract_is_whole()


def test_a_fixture_that_lacks_another_is_no_reason_to_skip(pytester):
    pytester.makepyfile(
        CASE
        + """
        @pytest.fixture
        def witness(self, nowhere):
            return str
        """
    )

    result = pytester.runpytest_inprocess("-q", "-k", "replaced_is_gone")

    result.assert_outcomes(errors=1)


def test_verbs_are_those_of_the_protocols():
    assert CredentialsContract.verbs() == ["get", "add", "replace"]
    assert not hasattr(Contract, "part")
