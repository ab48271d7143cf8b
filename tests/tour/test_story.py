from __future__ import annotations

from dataclasses import replace
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from rich.console import Console

from securelogin.argon2_backends import Argon2CFFI
from securelogin.errors import Unavailable
from securelogin.mailers.memory import MemoryMailer
from securelogin.messages import Messages
from securelogin.outcomes import Cause
from securelogin.passwords import PasswordHasher
from securelogin.policy import AliasLogin, Policy
from securelogin.stores.memory import MemoryStore
from securelogin.temporary import make_temporary
from securelogin.tour import play
from securelogin.tour.post import KeepingMailer
from securelogin.tour.stage import SENDER, Stage, with_a_zero
from tests.wiring import cheap_hasher


class Part:
    """One part of a store, some of whose verbs answer otherwise."""

    def __init__(self, part: Any, **verbs: Any) -> None:
        self._part = part
        self.__dict__.update(verbs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)


def store_with(name: str, **verbs: Any) -> Any:
    store: Any = MemoryStore()
    setattr(store, name, Part(getattr(store, name), **verbs))
    return store


def told(
    *,
    store: Any = None,
    policy: Policy | None = None,
    hasher: PasswordHasher | None = None,
    width: int = 80,
) -> tuple[bool, str]:
    mailer = KeepingMailer(MemoryMailer(), sender=SENDER)
    stage = Stage(
        store=store or MemoryStore(),
        mailer=mailer,
        received=lambda: mailer.received,
        hasher=hasher or cheap_hasher(),
        policy=policy,
    )
    screen = StringIO()
    is_as_expected = play(stage, Console(file=screen, width=width))
    return is_as_expected, screen.getvalue()


@pytest.fixture(scope="module")
def good() -> str:
    is_as_expected, screen = told()
    assert is_as_expected
    return screen


def test_every_step_is_as_expected(good: str) -> None:
    assert "steps were as expected." in good
    assert "FAILED" not in good


@pytest.mark.parametrize(
    "cause",
    [
        Cause.WRONG_PASSWORD,
        Cause.ALIAS_USED,
        Cause.UNKNOWN_ADDRESS,
        Cause.WRONG_PORTAL,
        Cause.LINK_MISSING,
        Cause.LINK_EXPIRED,
        Cause.LINK_RECALLED,
        Cause.LINK_FOR_OTHER_RECIPIENT,
        Cause.TEMP_EXPIRED,
        Cause.TEMP_USED,
        Cause.TEMP_SUPERSEDED,
        Cause.DISABLED,
        Cause.THROTTLED,
    ],
)
def test_cause_is_shown_beside_the_answer_and_in_the_table(
    good: str, cause: Cause
) -> None:
    beside, _, table = good.partition("All refusals together")

    assert f"({cause.value})" in beside
    assert f" {cause.value} " in table


def test_the_answer_is_shown_in_full_for_each_of_the_thirteen_refusals(
    good: str,
) -> None:
    assert good.count("│ Invalid username, password or ") == 13
    assert good.count("│ Reference: ") == 13


@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_line_is_wider_than_the_terminal_or_120_columns(width: int) -> None:
    _, screen = told(width=width)

    assert max(map(len, screen.splitlines())) <= min(width, 120)


def test_each_scene_fits_on_a_screen_of_40_lines(good: str) -> None:
    lines = good.splitlines()
    starts = [
        n for n, line in enumerate(lines) if line.endswith("────") and line[0].isdigit()
    ]
    scenes = [end - start for start, end in pairwise(starts)]

    assert len(scenes) == 11
    assert max(scenes) <= 40


def test_tour_is_readable_without_colour_and_in_ascii() -> None:
    mailer = KeepingMailer(MemoryMailer(), sender=SENDER)
    stage = Stage(
        store=MemoryStore(),
        mailer=mailer,
        received=lambda: mailer.received,
        hasher=cheap_hasher(),
    )

    class Ascii(StringIO):
        encoding = "ascii"  # type: ignore[assignment]

    screen = Ascii()
    play(stage, Console(file=screen, width=80))

    assert screen.getvalue().isascii()


def test_store_that_loses_links_ends_the_story() -> None:
    is_as_expected, screen = told(store=store_with("links", get=lambda link, /: None))

    assert not is_as_expected
    assert "FAILED one mail brings the link" in screen
    assert "1 FAILED." in screen
    assert "Without this step the story cannot go on." in screen


def test_answer_that_tells_causes_apart_is_caught() -> None:
    class Talkative(Messages):
        answers = 0

        def failure(self, code: str, /, **about: Any) -> Any:
            self.answers += 1
            public = super().failure(code, **about)
            if self.answers == 4:
                return replace(public, advice="Have you used your alias?")
            return public

    is_as_expected, screen = told(policy=Policy(messages=Talkative()))

    assert not is_as_expected
    assert "the answer differs from the first one" in screen
    assert "saw 2 answers and 26 references" in screen


def test_reference_given_twice_is_caught() -> None:
    class Forgetful(Messages):
        def failure(self, code: str, /, *, reference: str, language: str = "en") -> Any:
            del reference
            return super().failure(code, reference="000-000-000", language=language)

    is_as_expected, screen = told(policy=Policy(messages=Forgetful()))

    assert not is_as_expected
    assert "the reference was given before" in screen


def test_attempt_let_in_that_should_fail_is_caught() -> None:
    is_as_expected, screen = told(policy=Policy(aliases=AliasLogin.ACCEPTED))

    assert not is_as_expected
    assert "expected Refused, saw Granted" in screen


@pytest.mark.parametrize(
    ("causes", "seen"), [((), "no cause"), ((Cause.CSRF,), "csrf")]
)
def test_wrong_cause_is_caught(causes: tuple[Cause, ...], seen: str) -> None:
    store: Any = MemoryStore()
    find = store.attempts.by_reference
    store.attempts = Part(
        store.attempts,
        by_reference=lambda reference, /: replace(find(reference), causes=causes),
    )

    is_as_expected, screen = told(store=store)

    assert not is_as_expected
    assert f"expected the cause wrong_password, saw {seen}" in " ".join(screen.split())


def test_reference_that_leads_nowhere_is_caught() -> None:
    is_as_expected, screen = told(
        store=store_with("attempts", by_reference=lambda reference, /: None)
    )

    assert not is_as_expected
    assert "support finds nothing for the reference" in screen


def test_mail_that_does_not_come_is_caught() -> None:
    is_as_expected, screen = told(
        store=store_with("outbox", record=lambda order, /: None)
    )

    assert not is_as_expected
    assert "expected ReceivedLetter, saw nothing" in screen


def test_link_that_cannot_be_recalled_is_caught() -> None:
    store = store_with("links", replace=lambda old, new, /: True)

    is_as_expected, screen = told(store=store)

    assert not is_as_expected
    assert "recalled link: expected Refused, saw Granted" in " ".join(screen.split())


def test_failing_store_ends_the_story_without_a_traceback() -> None:
    def fail(*_: object) -> None:
        raise Unavailable("no answer", adapter="Sessions", verb="add")

    is_as_expected, screen = told(store=store_with("sessions", add=fail))

    assert not is_as_expected
    assert "Unavailable: Sessions.add: no answer" in screen


def test_tour_needs_fewer_than_60_runs_of_argon2() -> None:
    class Counted(Argon2CFFI):
        runs = 0

        def run(self, *arguments: Any, **options: Any) -> bytes:
            self.runs += 1
            return super().run(*arguments, **options)

    backend = Counted()

    is_as_expected, _ = told(hasher=cheap_hasher(backend=backend))

    assert is_as_expected
    assert 40 < backend.runs < 60


def test_every_temporary_password_of_the_tour_has_a_zero() -> None:
    made = [make_temporary(random=with_a_zero).reveal() for _ in range(100)]

    assert all("0" in password for password in made)
    assert len(set(made)) == 100
