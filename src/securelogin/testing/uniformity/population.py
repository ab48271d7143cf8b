"""Everybody who is known, against as many unknown addresses, where hashes differ.

A hash of another form takes another time, so two people may be told apart. What must
not be is everybody who is known from everybody who is not: unknown addresses follow the
forms in the store, in proportion (`mix`). As many addresses are drawn as answers are
timed. A few, asked often, would have shares of their own by chance, and no number of
answers makes up for that.

    unknown   at the library
    known     with a wrong password: a granted log-in would renew the hash
    control   unknown, at a library over the same store whose unknown addresses follow
              nothing and take today's time; it has to be seen
    twin      other unknown addresses; they should not be seen

The forms are compared one by one as well: what is known of one, and what stands for it.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from securelogin.accounts import Account, AccountId, Audience
from securelogin.addresses import check_tenant, parse_address
from securelogin.argon2_backends import default_backend
from securelogin.credentials import Credential
from securelogin.decoys import EVERY
from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.identifiers import make_id
from securelogin.imported_hashes import ImportedHashes
from securelogin.keyring import KeyRing
from securelogin.passwords import PasswordHasher
from securelogin.phc import Argon2Parameters, HashBounds
from securelogin.testing.blocking import in_sync
from securelogin.testing.uniformity.comparison import Comparison, compare
from securelogin.testing.uniformity.own import wire_own
from securelogin.testing.uniformity.scenes import UNKNOWN, rewrite
from securelogin.testing.uniformity.stage import PASSWORD, Stage
from securelogin.testing.uniformity.timing import (
    CONTROL,
    TWIN,
    WARM_UP,
    Timing,
    measure,
)
from securelogin.testing.uniformity.watch import CHEAPEST, Watch

__all__ = ["FORMS", "KNOWN", "POPULATION", "measure_population"]

POPULATION = "population"
KNOWN = "known"

FORMS: Mapping[str, int] = {"current": 60, "older": 25, "imported": 15}
"""What of a hundred hashes is of today's parameters, of older ones, of another library.

Imported are PBKDF2 of 10,000 iterations, the fewest that are taken.
"""

_OLDER = Argon2Parameters(memory=1_024, passes=1)
_ITERATIONS = 10_000
_ANYBODY = AccountId("anybody")
_FEWEST = 10
"""Times of a form on each side below which nothing is said of it."""

_RUNS: Mapping[Argon2Parameters | None, str] = {
    CHEAPEST: "current",
    _OLDER: "older",
    None: "imported",
}


class _LastRun:
    """Argon2 that tells with what parameters it ran last; None: it did not."""

    def __init__(self) -> None:
        self._inner = default_backend()
        self.parameters: Argon2Parameters | None = None

    def run(
        self,
        secret: bytes,
        /,
        *,
        salt: bytes,
        parameters: Argon2Parameters,
        length: int,
    ) -> bytes:
        """Note it, and run."""
        self.parameters = parameters
        return self._inner.run(secret, salt=salt, parameters=parameters, length=length)


class _FollowsNothing(PasswordHasher):
    """Works for nobody as for a hash of today: the leak that the mix is there for."""

    def follow(self, hashes: Iterable[str], /) -> None:
        """Leave everything as it is."""


@dataclass(slots=True)
class _Crowd:
    """Addresses, asked in their order, and the forms that were run for them."""

    stage: Stage
    addresses: Sequence[str]
    forms: list[str]

    def ask_once(self, number: int, last: _LastRun) -> None:
        """Let one of them try, which makes the rows of counters, and note the form."""
        last.parameters = None
        self.stage.check(self.addresses[number])
        self.forms.append(_RUNS[last.parameters])

    def scene(self) -> Callable[[], Callable[[], object]]:
        """Return what prepares an attempt of the next of them."""
        coming = iter(self.addresses)

        def ready() -> Callable[[], object]:
            attempt = self.stage.attempt(next(coming))
            return partial(self.stage.given.login.check, attempt)

        return ready


def measure_population(
    watch: Watch, store: Any, /, *, is_async: bool, rounds: int, seed: int = 1
) -> Timing:
    """Compare a population with as many unknown addresses, on a store for it alone.

    Args:
        store: of the colour that *is_async* says; nobody is in it but populations.
        rounds: so many are known, and so many unknown. Of 1,000, chance alone carries
            the AUC over its bar in one of fifty; of 4,000 in one of 100,000.

    Raises:
        WiringError: unknown addresses do not follow what is in the store.
        ValueError: there are fewer than 20 rounds.
    """
    last = _LastRun()
    crowds = _crowds(watch, store, last, is_async=is_async, number=WARM_UP + rounds)
    for n in range(WARM_UP + rounds):
        for crowd in crowds.values():
            crowd.ask_once(n, last)
    _require_forms(crowds)
    scenes = {name: crowd.scene() for name, crowd in crowds.items()}
    beside = {name: scenes.pop(name) for name in (CONTROL, TWIN)}
    timing = measure(
        POPULATION,
        scenes,
        rounds=rounds,
        delay=timedelta(0),
        seed=seed,
        beside=beside,
    )
    forms = [pair for form in FORMS for pair in _of_form(form, timing.seconds, crowds)]
    return replace(timing, forms=forms)


def _crowds(
    watch: Watch, store: Any, last: _LastRun, *, is_async: bool, number: int
) -> dict[str, _Crowd]:
    """Register who is known, and let the unknown follow them."""
    keys = KeyRing(KeyRing.new_key())
    usual, control = (
        Stage(
            wire_own(
                watch, store, is_async=is_async, keys=keys, hasher=_cheapest(kind, last)
            ),
            watch,
        )
        for kind in (PasswordHasher, _FollowsNothing)
    )
    known = _register(usual, store, number)
    # What the store holds is looked at anew when its time has come.
    watch.clock.move(EVERY)
    for stage in (usual, control):
        stage.check(stage.new_address())
    return {
        UNKNOWN: _Crowd(usual, _new(usual, number), []),
        KNOWN: _Crowd(usual, known, []),
        CONTROL: _Crowd(control, _new(control, number), []),
        TWIN: _Crowd(usual, _new(usual, number), []),
    }


def _cheapest(kind: type[PasswordHasher], last: _LastRun) -> PasswordHasher:
    return kind(
        CHEAPEST,
        bounds=HashBounds(floor=()),
        backend=last,
        imported=ImportedHashes(),
    )


def _new(stage: Stage, number: int) -> list[str]:
    return [stage.new_address() for _ in range(number)]


def _register(stage: Stage, store: Any, number: int) -> list[str]:
    """Register so many people, in exactly the shares of `FORMS`, in a drawn order."""
    forms = [form for form, share in FORMS.items() for _ in range(share)]
    wanted = [forms[n * len(forms) // number] for n in range(number)]
    secrets.SystemRandom().shuffle(wanted)
    older = PasswordHasher(_OLDER, bounds=HashBounds(floor=())).hash(
        Hidden(PASSWORD), account=_ANYBODY
    )
    imported = _imported()
    addresses = _new(stage, number)
    for address, form in zip(addresses, wanted, strict=True):
        if form == "imported":
            _move(stage, store, address, imported)
            continue
        account = stage.settled(address)
        if form == "older":
            rewrite(stage, account.id, older)
    return addresses


def _imported() -> str:
    """Return a hash as Django made it."""
    salt = secrets.token_hex(11)
    tag = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt.encode(), _ITERATIONS)
    return f"pbkdf2_sha256${_ITERATIONS}${salt}${b64encode(tag).decode()}"


def _move(stage: Stage, store: Any, address: str, stored: str) -> None:
    """Store somebody as `securelogin import` does."""
    account = AccountId(make_id(secrets.token_bytes))
    in_sync(store.accounts, verbs=("add",)).add(
        Account(
            id=account,
            tenant=check_tenant(stage.portal.tenant),
            audience=Audience.INTERNAL,
            primary=parse_address(address),
        )
    )
    in_sync(store.credentials, verbs=("add",)).add(
        Credential(account=account, password_hash=stored)
    )


def _require_forms(crowds: Mapping[str, _Crowd]) -> None:
    """See that the unknown follow the known, and those of the control nobody."""
    for name, crowd in crowds.items():
        ran = set(crowd.forms)
        # Of a few unknown addresses, none may stand for the rarest form.
        if (ran == {"current"}) is not (name == CONTROL):
            raise WiringError(
                f"“{name}” ran {', '.join(sorted(ran))}.",
                setting="store",
                cure="Give a store whose credentials can be sampled.",
            )


def _of_form(
    form: str, seconds: Mapping[str, Sequence[float]], crowds: Mapping[str, _Crowd]
) -> Iterator[Comparison]:
    unknown, known = (
        [
            took
            for took, run in zip(
                seconds[name], crowds[name].forms[WARM_UP:], strict=True
            )
            if run == form
        ]
        for name in (UNKNOWN, KNOWN)
    )
    if min(len(unknown), len(known)) >= _FEWEST:
        yield compare(f"{UNKNOWN}, {form}", unknown, f"{KNOWN}, {form}", known)
