"""Adapters that stand in where a portal hands over none, in both colours."""

from __future__ import annotations

import asyncio
import inspect

import pytest

from securelogin import adapters, defaults
from securelogin.accounts import Account, Audience
from securelogin.addresses import parse_address
from securelogin.guards import guarded
from securelogin.hidden import Hidden

ANN = parse_address("ann@example.org")
THEIRS, OURS = (
    Account(id=id_, tenant="acme", audience=Audience.INTERNAL, primary=ANN)
    for id_ in ("theirs", "ours")
)


@pytest.fixture(params=["", "Async"], ids=["sync", "async"])
def colour(request) -> str:
    return request.param


def plain(answer):
    return asyncio.run(answer) if inspect.iscoroutine(answer) else answer


def test_everyone_may_enter_unless_a_portal_says_otherwise(colour):
    everyone = getattr(defaults, f"{colour}EveryoneMay")()

    assert plain(everyone.permits("a1", portal="https://a/", message=None)) is True


def test_without_a_breach_list_nothing_is_breached(colour):
    nothing = getattr(defaults, f"{colour}NoBreachList")()

    assert plain(nothing.contains(Hidden("password"))) is False


class Place:
    """A place where accounts are kept, which notes what it is asked for."""

    def __init__(self, account: Account | None) -> None:
        self.account = account
        self.asked: list[object] = []

    def find(self, key, /):
        self.asked.append(key)
        return self.account

    def get(self, account, /):
        self.asked.append(account)
        return self.account


class AsyncPlace(Place):
    async def find(self, key, /):
        return super().find(key)

    async def get(self, account, /):
        return super().get(account)


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ((THEIRS, OURS), THEIRS),
        ((THEIRS, None), THEIRS),
        ((None, OURS), OURS),
        ((None, None), None),
    ],
)
@pytest.mark.parametrize(("verb", "asked"), [("find", ANN.key("acme")), ("get", "a1")])
def test_F56_both_places_are_asked_and_the_first_goes_before(
    colour, kept, found, verb, asked
):
    places = [(AsyncPlace if colour else Place)(account) for account in kept]
    in_turn = getattr(defaults, f"{colour}AccountsInTurn")(*places)

    assert plain(getattr(in_turn, verb)(asked)) is found
    assert [place.asked for place in places] == [[asked], [asked]]


NAMES = pytest.mark.parametrize("name", ["login_reads", "session_reads"])


class Shelf:
    """A store that can read three parts at once."""

    def __init__(self, name: str) -> None:
        self.parts = tuple(object() for _ in range(3))
        setattr(self, name, self)

    @property
    def joins(self):
        return self.parts


@NAMES
def test_a_store_that_joins_these_parts_reads_them_at_once(name):
    shelf = Shelf(name)

    assert defaults.joint_part(shelf, name, *shelf.parts) is shelf


@NAMES
@pytest.mark.parametrize("place", range(3))
def test_a_part_that_was_put_in_anothers_place_is_not_passed_over(name, place):
    shelf = Shelf(name)
    parts = [*shelf.parts]
    parts[place] = object()

    assert defaults.joint_part(shelf, name, *parts) is None


@NAMES
@pytest.mark.parametrize("reads", [None, object()], ids=["none", "without joins"])
def test_a_store_that_reads_nothing_at_once_is_asked_verb_by_verb(name, reads):
    shelf = Shelf(name)
    setattr(shelf, name, reads)

    assert defaults.joint_part(shelf, name, *shelf.parts) is None
    assert defaults.joint_part(object(), name, *shelf.parts) is None


@pytest.mark.parametrize(
    ("name", "protocol"),
    [("EveryoneMay", "Permissions"), ("NoBreachList", "BreachCheck")],
)
def test_a_default_is_what_it_stands_in_for(colour, name, protocol):
    default = getattr(defaults, colour + name)()
    promised = getattr(adapters, colour + protocol)

    assert guarded(default, promised, setting="x")
    assert set(defaults.__all__) >= {colour + name}
