"""Every cause, played through the public face on every store, in both colours."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from securelogin import (
    AsyncSecureLogin,
    Granted,
    Overloaded,
    Refused,
    SecureLogin,
    Unavailable,
    Viewer,
)
from securelogin.outcomes import Cause, PublicFailure
from securelogin.reports import as_html, as_json, as_text
from securelogin.rules.causes import MEANINGS
from securelogin.stores.sql import AsyncSQLStore
from securelogin.viewers import OPERATOR
from tests.scenes import SCENES, STORE_AWAY, Scene, play
from tests.stores.conftest import Databases
from tests.wiring import LOOP, URL, Wired

ASYNC_DRIVER = {"sqlite": "aiosqlite", "psycopg": "psycopg async"}
SENDER = Viewer.sender("ann", tenant="acme", address="ann@acme.example")
STRANGERS = (
    Viewer.sender("eve", tenant="acme", address="eve@acme.example"),
    Viewer.sender("ann", tenant="globex", address="ann@acme.example"),
)

# Played by the recipient of a message of hers, at the address it was sent to.
SENDERS_OWN = {
    "no link",
    "damaged link",
    "link from the future",
    "expired link",
    "recalled link",
    "no cookies and a recalled link",
    "no link and a lost mail",
}


@dataclass(frozen=True)
class Played:
    """A scene after it was played once, and what support saw of it then."""

    wired: Wired
    outcome: Any
    stranger: PublicFailure
    found: Any

    @property
    def reference(self) -> str:
        return self.outcome.public.reference

    def find(self, *, by: Viewer) -> Any:
        return self.wired.auth.support.find(self.reference, by=by)


class Stages:
    """One database of each kind for all scenes; each finds it empty."""

    def __init__(self, folder: Path) -> None:
        self._databases = Databases(folder)
        self._awaited: dict[str, AsyncSQLStore] = {}

    def wired(self, scene: Scene, colour: str, store: str) -> Wired:
        options = scene.wiring(colour)
        if store == "memory":
            return Wired(colour, **options)
        plain: Any = self._databases.store(store)
        place = self._databases.place(store)
        place.empty()
        carried = plain if colour == "sync" else self._async_store(store)
        return Wired(
            colour, store=plain, wrap=lambda part, _: getattr(carried, part), **options
        )

    def away(self, wired: Wired, store: str) -> Wired:
        """Wire the same portal to a database that is not there."""
        is_sync = wired.colour == "sync"
        gone = self._databases.place(store if is_sync else ASYNC_DRIVER[store]).away()
        return Wired(
            wired.colour,
            keys=wired.keys,
            store=wired.store,
            wrap=lambda part, _: getattr(gone, part),
        )

    def _async_store(self, store: str) -> AsyncSQLStore:
        if store not in self._awaited:
            place = self._databases.place(ASYNC_DRIVER[store])
            self._awaited[store] = AsyncSQLStore(place.url)
        return self._awaited[store]

    def close(self) -> None:
        for store in self._awaited.values():
            # In the loop its connections were made in.
            LOOP.run(store.close())
        self._databases.close()


@pytest.fixture(scope="module")
def stages(tmp_path_factory) -> Iterator[Stages]:
    made = Stages(tmp_path_factory.mktemp("scenes"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def plays(stages) -> Callable[[Scene, str, str], Played]:
    """Return what plays a scene, once for all tests."""
    kept: dict[tuple[str, str, str], Played] = {}

    def played(scene: Scene, colour: str, store: str) -> Played:
        key = (scene.name, colour, store)
        if key not in kept:
            wired = stages.wired(scene, colour, store)
            stranger = wired.check("nobody@nowhere.example", "nobody's password")
            outcome = play(scene, wired)
            reference = outcome.public.reference
            found = wired.auth.support.find(reference, by=OPERATOR)
            kept[key] = Played(wired, outcome, stranger.public, found)
        return kept[key]

    return played


@pytest.fixture(params=["memory", "sqlite", "psycopg"])
def played(request, scene, colour, plays) -> Played:
    return plays(scene, colour, request.param)


@pytest.fixture
def in_memory(scene, colour, plays) -> Played:
    """Where the store makes no difference."""
    return plays(scene, colour, "memory")


def every_scene(test: Any) -> Any:
    return pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)(test)


def test_every_cause_has_a_scene_in_which_it_is_the_first():
    assert {scene.causes[0] for scene in (STORE_AWAY, *SCENES)} == set(Cause)


@pytest.mark.parametrize("store", ["sqlite", "psycopg"])
def test_F01_while_a_store_is_away_the_answer_is_a_strangers_and_nothing_is_recorded(
    stages, colour, store
):
    wired = stages.wired(STORE_AWAY, colour, store)
    stranger = wired.check("nobody@nowhere.example", "nobody's password")
    typed = STORE_AWAY.arrange(wired)
    attempt = wired.attempt(typed.address, typed.password)

    away = stages.away(wired, store)
    with pytest.raises(Unavailable):
        away.auth.login.check(attempt)
    outcome = away.auth.login.unavailable(attempt)

    assert type(outcome) is Refused
    assert replace(outcome.public, reference="") == replace(
        stranger.public, reference=""
    )
    # The reference stands in the portal's own log; the desk has nothing to show.
    assert wired.auth.support.find(outcome.public.reference, by=OPERATOR) is None
    assert isinstance(wired.check(typed.address, typed.password), Granted)


def test_what_support_says_while_a_store_is_away_begins_with_the_first_remedy():
    remedies = MEANINGS[Cause.STORAGE_UNAVAILABLE].remedies

    assert remedies[0].startswith(STORE_AWAY.first)


@every_scene
def test_support_sees_what_stands_in_the_way_and_what_to_do_first(scene, played):
    found = played.found

    assert scene.causes == found.causes
    assert found.remedies[0].startswith(scene.first)


@every_scene
def test_support_is_told_the_facts_of_the_scene(scene, played):
    evidence = played.found.evidence

    missing = {
        name: evidence.get(name)
        for name, part in scene.facts.items()
        if part not in evidence.get(name, "")
    }
    assert missing == {}


@every_scene
def test_the_public_answer_is_that_to_a_stranger(scene, played):
    public = replace(played.outcome.public, reference="")

    if scene.causes == (Cause.OVERLOADED,):
        assert type(played.outcome) is Overloaded
    else:
        assert type(played.outcome) is Refused
        assert replace(played.stranger, reference="") == public


def others_than_those_who_may_see(scene: Scene, tenant: str) -> list[Viewer]:
    others = {"acme": ["globex"], "globex": ["acme"], "": ["globex"]}[tenant]
    return [
        *(Viewer.administrator("dave", tenant=other) for other in others),
        *STRANGERS,
        *([] if scene.name in SENDERS_OWN else [SENDER]),
    ]


def tried_find(played: Played, viewer: Viewer) -> None:
    support = played.wired.auth.support
    assert support.find(played.reference, by=viewer) is None
    assert support.find("000-000-000", by=viewer) is None


def tried_search(played: Played, viewer: Viewer) -> None:
    for clues in (
        {"around": played.wired.clock.at},
        {"address": "ann@acme.example"},
        {"address": "bob@other.example", "url": URL},
        {"browser": "Firefox", "tenant": "acme"},
    ):
        listed = played.wired.auth.support.search(by=viewer, **clues)
        assert played.reference not in {one.reference for one in listed}


def tried_dead_letters(played: Played, viewer: Viewer) -> None:
    assert played.wired.auth.support.dead_letters(by=viewer) == ()


TRIED = {
    "support.find": tried_find,
    "support.search": tried_search,
    "support.dead_letters": tried_dead_letters,
}
# What tells of attempts; whatever returns it has to be asked by somebody.
TELLING = re.compile(r"Viewer|Diagnosis|Candidate|AttemptRecord")


@pytest.mark.parametrize("face", [SecureLogin, AsyncSecureLogin])
def test_every_call_of_the_public_face_that_tells_of_attempts_is_tried(face):
    wired = Wired("sync" if face is SecureLogin else "async")
    inner = getattr(wired.auth, "_inner", wired.auth)
    assert type(inner) is face

    found = {
        f"{part}.{name}": signature
        for part, flow in vars(inner).items()
        for name, verb in inspect.getmembers(flow, inspect.ismethod)
        if not name.startswith("_")
        for signature in [inspect.signature(verb)]
        if TELLING.search(str(signature))
    }

    assert set(found) == set(TRIED)
    assert all("by" in signature.parameters for signature in found.values())
    # Nobody looks without saying who they are.
    assert {s.parameters["by"].default for s in found.values()} == {inspect._empty}


@every_scene
def test_who_may_not_see_it_gets_the_same_nothing_as_for_no_reference(scene, in_memory):
    store = in_memory.wired.store
    tenant = store.attempts.by_reference(in_memory.reference).tenant

    for viewer in others_than_those_who_may_see(scene, tenant):
        for tried in TRIED.values():
            tried(in_memory, viewer)


@every_scene
def test_the_tenants_own_administrator_sees_the_scene(scene, in_memory):
    record = in_memory.wired.store.attempts.by_reference(in_memory.reference)
    carol = Viewer.administrator("carol", tenant=record.tenant or "acme")

    found = in_memory.find(by=carol)

    # A permit that is none says not even which tenant it was for.
    if scene.causes == (Cause.TICKET_INVALID,):
        assert found is None
        return
    # Another tenant's people are the operator's to see.
    hidden = {Cause.WRONG_TENANT} - set(record.causes)
    assert found.causes == tuple(c for c in scene.causes if c not in hidden)


@pytest.mark.parametrize(
    "scene", [s for s in SCENES if s.name in SENDERS_OWN], ids=lambda scene: scene.name
)
def test_the_sender_sees_what_kept_the_recipient_out_but_for_the_secret(
    scene, in_memory
):
    found = in_memory.find(by=SENDER)

    assert found.causes == tuple(c for c in scene.causes if c != Cause.WRONG_PASSWORD)


@every_scene
def test_F34_reports_name_every_cause_and_no_secret(scene, in_memory):
    found = in_memory.find(by=OPERATOR)
    secrets = [
        secret.reveal()
        for mail in in_memory.wired.inbox.mails
        for secret in mail.secrets.values()
    ]

    for report in (as_text(found), as_json(found), as_html(found)):
        assert [cause for cause in scene.causes if cause.value not in report] == []
        assert [secret for secret in secrets if secret in report] == []
