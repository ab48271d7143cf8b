"""The mix: unknown addresses behave as the accounts that there are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securelogin.argon2_backends import Argon2CFFI
from securelogin.attempts import Form
from securelogin.hidden import Hidden
from securelogin.imported_hashes import ImportedHashes
from securelogin.keyring import KeyRing
from securelogin.mix import MOST_FORMS, Mix
from securelogin.passwords import Decoy, Match
from securelogin.phc import Argon2Parameters
from securelogin.temporary import form_of, make_temporary
from tests.flows.conftest import register
from tests.imported import HASHES
from tests.imported import PASSWORD as IMPORTED_PASSWORD
from tests.wiring import CHEAPEST, PASSWORD, Wired, cheap_hasher

PEOPLE = [f"person {n}" for n in range(4_000)]
COUNTS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.integers(1, 60), min_size=1, max_size=6
)


def mix_of(counts: dict[str, int]) -> Mix[str]:
    return Mix(form for form, count in counts.items() for _ in range(count))


def shares(mix: Mix[str]) -> dict[str, int]:
    chosen = [mix.choose(who) for who in PEOPLE]
    return {form: chosen.count(form) for form in mix.counts}


@given(COUNTS)
@settings(max_examples=20)
def test_C16_each_form_is_chosen_in_proportion(counts):
    total = sum(counts.values())

    for form, chosen in shares(mix_of(counts)).items():
        share = counts[form] / total
        deviation = math.sqrt(len(PEOPLE) * share * (1 - share))
        assert abs(chosen - len(PEOPLE) * share) <= 5 * deviation + 1


@given(COUNTS, st.data())
@settings(max_examples=20)
def test_C16_when_the_mix_shifts_addresses_move_to_what_has_grown_only(counts, data):
    grown = data.draw(st.sampled_from(sorted(counts)))
    after = counts | {grown: counts[grown] + data.draw(st.integers(1, 30))}
    old, new = mix_of(counts), mix_of(after)

    moved = {new.choose(p) for p in PEOPLE[:1_000] if old.choose(p) != new.choose(p)}

    assert moved <= {grown}


@given(COUNTS, st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_C16_the_order_of_the_rows_decides_nothing(counts, random):
    rows = [form for form, count in counts.items() for _ in range(count)]
    shuffled = random.sample(rows, len(rows))

    for who in PEOPLE[:50]:
        assert Mix(rows).choose(who) == Mix(shuffled).choose(who)


def test_an_empty_mix_chooses_nothing():
    assert Mix[str]().choose("anybody") is None


def test_no_more_forms_are_kept_than_a_choice_can_afford():
    mix = Mix([*range(100), *range(5)])

    assert len(mix.counts) == MOST_FORMS
    assert set(range(5)) <= set(mix.counts)
    assert repr(mix).startswith("Mix({0: 2,")


# -- the hasher and the log-in --


class Noting(Argon2CFFI):
    """The real backend, which notes what it runs."""

    def __init__(self) -> None:
        self.runs: list[Argon2Parameters] = []

    def run(self, secret, /, *, parameters, **options):
        self.runs.append(parameters)
        return super().run(secret, parameters=parameters, **options)


OLDER = Argon2Parameters(memory=16, passes=1)
OLDEST = Argon2Parameters(memory=24, passes=1)


def stored(parameters: Argon2Parameters, count: int) -> list[str]:
    return [cheap_hasher(parameters).hash(Hidden(PASSWORD), account="a")] * count


def test_C16_unknown_addresses_run_what_the_population_runs():
    backend = Noting()
    hasher = cheap_hasher(backend=backend)
    hasher.follow([*stored(CHEAPEST, 60), *stored(OLDER, 25), *stored(OLDEST, 15)])
    keys = KeyRing(KeyRing.new_key())

    for n in range(1_000):
        who = keys.stand_in(f"nobody{n}@acme.example")
        assert hasher.check(Hidden("x"), stored=None, account=who) is Match.WRONG

    for parameters, share in ((CHEAPEST, 0.60), (OLDER, 0.25), (OLDEST, 0.15)):
        deviation = math.sqrt(1_000 * share * (1 - share))
        assert abs(backend.runs.count(parameters) - 1_000 * share) < 5 * deviation
    assert len(backend.runs) == 1_000


def test_C16_an_address_behaves_the_same_every_time():
    backend = Noting()
    hasher = cheap_hasher(backend=backend)
    hasher.follow([*stored(CHEAPEST, 5), *stored(OLDER, 5)])

    for who in PEOPLE[:20]:
        backend.runs.clear()
        hasher.check(Hidden("x"), stored=None, account=who)
        hasher.check(Hidden("y"), stored=None, account=who)
        hasher.check(Hidden("z"), stored="unusable", account=who)

        assert len(set(backend.runs)) == 1


def test_C16_a_temporary_password_is_stood_in_for_by_todays_parameters():
    backend = Noting()
    hasher = cheap_hasher(backend=backend)
    hasher.follow(stored(OLDER, 3))

    hasher.check(Hidden("x"), stored=None, account="a", decoy=Decoy.OF_TODAY)
    hasher.check(Hidden("x"), stored=None, account="a")

    assert backend.runs == [CHEAPEST, OLDER]


def test_what_cannot_be_read_counts_as_nothing():
    hasher = cheap_hasher(imported=ImportedHashes())
    hasher.follow(["", "tampered", *stored(OLDER, 2), HASHES["passlib bcrypt"]])

    assert sorted(hasher.mix.counts.values()) == [1, 2]


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_C16_a_legacy_account_and_an_unknown_address_run_the_same(colour):
    backend = Noting()
    hasher = cheap_hasher(backend=backend)
    wired = Wired(colour, hasher=hasher)
    account = register(wired, "ann@acme.example")
    credentials = wired.store.credentials
    old = credentials.get(account)
    older = cheap_hasher(OLDER).hash(Hidden(PASSWORD), account=account)
    credentials.replace(
        old, old.after_login(password_hash=older, browser="b", at=wired.clock())
    )
    hasher.follow(credentials.sample(limit=10))
    temporary = make_temporary(random=lambda n: b"\x07" * n).reveal()
    assert form_of(Hidden(temporary)) is Form.TEMPORARY

    runs = {}
    for address in ("ann@acme.example", "nobody@acme.example"):
        for typed in ("wrong wrong wrong", temporary):
            backend.runs.clear()
            wired.check(address, typed)
            runs[address, typed] = tuple(backend.runs)

    for typed, form in (("wrong wrong wrong", OLDER), (temporary, CHEAPEST)):
        assert runs["ann@acme.example", typed] == (form,)
        assert runs["nobody@acme.example", typed] == (form,)


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_an_imported_hash_opens_once_and_is_replaced(colour):
    hasher = cheap_hasher(imported=ImportedHashes())
    wired = Wired(colour, hasher=hasher)
    account = register(wired, "ann@acme.example")
    credentials = wired.store.credentials
    old = credentials.get(account)
    credentials.replace(
        old,
        old.after_login(
            password_hash=HASHES["django pbkdf2_sha256"], browser="b", at=wired.clock()
        ),
    )

    first = wired.check("ann@acme.example", IMPORTED_PASSWORD)
    kept = credentials.get(account).password_hash
    second = wired.check("ann@acme.example", IMPORTED_PASSWORD)

    assert type(first).__name__ == type(second).__name__ == "Granted"
    assert kept.startswith("$argon2id$")
    assert not hasher.needs_rehash(kept)
