"""Every cause, played through the public face on every store, in both colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest

from securelogin import Overloaded, Refused, Viewer
from securelogin.outcomes import Cause, PublicFailure
from securelogin.reports import as_html, as_json, as_text
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.viewers import OPERATOR
from tests.scenes import SCENES, Scene, play
from tests.wiring import LOOP, URL, Wired

# There is nowhere to record it: the store is what is away.
NEVER_RECORDED = {Cause.STORAGE_UNAVAILABLE}
SENDER = Viewer.sender("ann", tenant="acme", address="ann@acme.example")
STRANGERS = (
    Viewer.sender("eve", tenant="acme", address="eve@acme.example"),
    Viewer.sender("ann", tenant="globex", address="ann@acme.example"),
)


@dataclass(frozen=True)
class Played:
    """A scene after it was played once; looking at it changes nothing in it."""

    wired: Wired
    outcome: Any
    stranger: PublicFailure

    @property
    def reference(self) -> str:
        return self.outcome.public.reference

    def find(self, *, by: Viewer) -> Any:
        return self.wired.auth.support.find(self.reference, by=by)


@pytest.fixture(scope="module")
def stages(tmp_path_factory) -> Iterator[Callable[[Scene, str, str], Wired]]:
    """Return what sets up a portal for a scene, over a kind of store."""
    with ExitStack() as closing:

        def stage(scene: Scene, colour: str, store: str) -> Wired:
            if store == "memory":
                return Wired(colour, **scene.wiring(colour))
            url = f"sqlite:///{tmp_path_factory.mktemp('portal')}/portal.db"
            plain = SQLStore(url)
            closing.callback(plain.close)
            plain.create()
            carried: Any = plain
            if colour == "async":
                carried = AsyncSQLStore(url)
                closing.callback(lambda: LOOP.run(carried.close()))
            return Wired(
                colour,
                store=plain,
                wrap=lambda part, _: getattr(carried, part),
                **scene.wiring(colour),
            )

        yield stage


@pytest.fixture(scope="module")
def plays(stages) -> Callable[[Scene, str, str], Played]:
    """Return what plays a scene, once for all tests."""
    kept: dict[tuple[str, str, str], Played] = {}

    def played(scene: Scene, colour: str, store: str) -> Played:
        key = (scene.name, colour, store)
        if key not in kept:
            wired = stages(scene, colour, store)
            stranger = wired.check("nobody@nowhere.example", "nobody's password")
            kept[key] = Played(wired, play(scene, wired), stranger.public)
        return kept[key]

    return played


@pytest.fixture(params=["memory", "sqlite"])
def played(request, scene, colour, plays) -> Played:
    return plays(scene, colour, request.param)


@pytest.fixture
def in_memory(scene, colour, plays) -> Played:
    """Where the store makes no difference."""
    return plays(scene, colour, "memory")


def every_scene(test: Any) -> Any:
    return pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)(test)


def test_every_cause_has_a_scene_in_which_it_is_the_first():
    assert {scene.causes[0] for scene in SCENES} == set(Cause) - NEVER_RECORDED


@every_scene
def test_support_sees_what_stands_in_the_way_and_what_to_do_first(scene, played):
    found = played.find(by=OPERATOR)

    assert scene.causes == found.causes
    assert found.remedies[0].startswith(scene.first)


@every_scene
def test_support_is_told_the_facts_of_the_scene(scene, played):
    evidence = played.find(by=OPERATOR).evidence

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
        *([] if "link" in scene.name or scene.name == "never invited" else [SENDER]),
    ]


@every_scene
def test_who_may_not_see_it_gets_the_same_nothing_as_for_no_reference(scene, in_memory):
    support, store = in_memory.wired.auth.support, in_memory.wired.store
    tenant = store.attempts.by_reference(in_memory.reference).tenant

    for viewer in others_than_those_who_may_see(scene, tenant):
        assert in_memory.find(by=viewer) is None
        assert support.find("000-000-000", by=viewer) is None
        for clues in (
            {"around": in_memory.wired.clock.at},
            {"address": "ann@acme.example"},
            {"address": "bob@other.example", "url": URL},
            {"browser": "Firefox", "tenant": "acme"},
        ):
            listed = support.search(by=viewer, **clues)
            assert in_memory.reference not in {one.reference for one in listed}


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
