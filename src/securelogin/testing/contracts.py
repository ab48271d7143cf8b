"""The contracts of credentials, recipient links and sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from securelogin.accounts import AccountId
from securelogin.adapters import Credentials, HashSample, Links, Sessions
from securelogin.testing.answers import all_same, ask, unavailable, yes
from securelogin.testing.keyed import (
    CURRENT,
    EXACT,
    AddFacts,
    GetFacts,
    ReplaceFacts,
)
from securelogin.testing.values import (
    AT,
    CREDENTIAL,
    LINK,
    LOOK_ALIKES,
    SESSION,
    TICK,
    credential,
    session,
)

__all__ = [
    "CredentialsContract",
    "HashSampleContract",
    "LinksContract",
    "SessionsContract",
]

HUNDRED = (
    "Give the newest 100 that have not ended, newest first; of two begun at one moment "
    "the one added later comes first."
)


class CredentialsContract(GetFacts, AddFacts, ReplaceFacts):
    """The contract of `Credentials`. Give a fixture `credentials` (or `store`)."""

    part = "credentials"
    protocols: ClassVar[tuple[type, ...]] = (Credentials,)
    kind = CREDENTIAL

    @pytest.fixture
    def credentials(self, store: Any) -> Any:
        """The adapter under test."""
        return store.credentials

    @pytest.fixture
    def subject(self, credentials: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(credentials)

    def test_a_hash_that_was_replaced_is_gone(
        self, subject: Any, raw: Callable[[], str]
    ) -> None:
        old = self.put(subject, credential(password_hash="$argon2id$old"))
        assert "$argon2id$old" in raw(), (
            "The witness does not see what is stored. Let it read everything the "
            "backend holds, past the adapter."
        )
        new = replace(old, password_hash="$argon2id$new", version=2)
        yes(subject.replace, old, new, why=CURRENT)

        assert "$argon2id$old" not in raw(), (
            "The hash of a former password is still in the backend. Keep no history of "
            "credentials: old passwords are tried elsewhere."
        )


class HashSampleContract(CredentialsContract):
    """The contract of `Credentials` that show a `HashSample` too."""

    protocols: ClassVar[tuple[type, ...]] = (Credentials, HashSample)

    def test_a_sample_is_of_lasting_hashes(self, subject: Any) -> None:
        for name, stored in (("a", "$1"), ("b", None), ("c", "$2"), ("d", "$2")):
            self.put(subject, credential(name, password_hash=stored))
        changed = self.kept(subject, credential("d"))
        new = replace(changed, password_hash="$3", version=changed.version + 1)
        yes(subject.replace, changed, new, why=CURRENT)

        found = sorted(_sample(subject, limit=9))

        assert found == ["$1", "$2", "$3"], (
            f"sample() of three lasting hashes gave {found}. Give the stored text of "
            "each lasting hash, as it is now; none for who has none, and no temporary "
            "one: unknown addresses follow it."
        )

    def test_a_sample_is_no_longer_than_its_limit(self, subject: Any) -> None:
        for n in range(5):
            self.put(subject, credential(f"{n}", password_hash=f"${n}"))

        found = _sample(subject, limit=2)

        assert len(found) <= 2, (
            f"sample(limit=2) gave {len(found)} hashes. It is read while somebody "
            "waits to log in: keep to the limit, and let the backend do so."
        )
        assert len({*found}) == len(found), (
            f"sample(limit=2) of five accounts gave {found}: one of them twice. Take "
            "each at most once, or the mix is not the store's."
        )

    def test_nothing_stored_is_an_empty_sample(self, subject: Any) -> None:
        found = list(_sample(subject, limit=9))

        assert found == [], f"sample() of an empty store gave {found}: make none up."

    def test_a_sample_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.sample, limit=9)


def _sample(subject: Any, *, limit: int) -> Sequence[str]:
    found: Sequence[str] = ask(subject.sample, limit=limit)
    is_promised = isinstance(found, (list, tuple)) and all(
        isinstance(stored, str) for stored in found
    )
    assert is_promised, (
        f"sample() answered with {type(found).__name__}, and promises a list or tuple "
        "of strings."
    )
    return found


class LinksContract(GetFacts, AddFacts, ReplaceFacts):
    """The contract of `Links`. Give a fixture `links` (or `store`)."""

    part = "links"
    protocols: ClassVar[tuple[type, ...]] = (Links,)
    kind = LINK

    @pytest.fixture
    def links(self, store: Any) -> Any:
        """The adapter under test."""
        return store.links

    @pytest.fixture
    def subject(self, links: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(links)


class SessionsContract(GetFacts, AddFacts, ReplaceFacts):
    """The contract of `Sessions`. Give a fixture `sessions` (or `store`)."""

    part = "sessions"
    protocols: ClassVar[tuple[type, ...]] = (Sessions,)
    kind = SESSION

    @pytest.fixture
    def sessions(self, store: Any) -> Any:
        """The adapter under test."""
        return store.sessions

    @pytest.fixture
    def subject(self, sessions: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(sessions)

    def test_the_newest_hundred_of_an_account_come_newest_first(
        self, subject: Any
    ) -> None:
        made = [session(f"s{n}", began_at=AT + n * TICK) for n in range(105)]
        for one in (*made, session("other", account=AccountId("bob"))):
            self.put(subject, one)

        all_same(
            made[:4:-1],
            ask(subject.held_by, AccountId("ann")),
            what=f"held_by() of an account with 105 sessions. {HUNDRED}",
        )

    def test_of_two_begun_at_one_moment_the_one_added_later_comes_first(
        self, subject: Any
    ) -> None:
        made = [self.put(subject, session(name)) for name in ("one", "two", "three")]

        all_same(
            made[::-1],
            ask(subject.held_by, AccountId("ann")),
            what=f"held_by() of three sessions begun at one moment. {HUNDRED}",
        )

    def test_what_has_ended_is_not_held(self, subject: Any) -> None:
        ending, lasting = self.put(subject, session()), self.put(subject, session("on"))
        self.put(subject, session("never was", ended_at=AT))
        yes(subject.replace, ending, ending.ended(at=AT), why=CURRENT)

        all_same(
            [lasting],
            ask(subject.held_by, AccountId("ann")),
            what=f"held_by() of an account of whose sessions one lasts. {HUNDRED}",
        )

    def test_what_is_over_but_has_not_ended_is_held(self, subject: Any) -> None:
        over = self.put(subject, session(until=AT))

        all_same(
            [over],
            ask(subject.held_by, AccountId("ann")),
            what="held_by() of an account whose session has expired. Look at ended_at "
            "alone: what is over by the clock is for the rules to judge",
        )

    def test_ended_sessions_hide_no_older_one(self, subject: Any) -> None:
        made = [session(f"s{n}", began_at=AT + n * TICK) for n in range(105)]
        for one in made:
            self.put(subject, one)
        for one in made[3:]:
            yes(subject.replace, one, one.ended(at=AT), why=CURRENT)

        all_same(
            made[2::-1],
            ask(subject.held_by, AccountId("ann")),
            what="held_by() of an account with 3 sessions, and 102 newer ones that "
            "have ended. Leave out what has ended, then take 100: a session that is in "
            "no list cannot be ended",
        )

    def test_an_account_holds_no_sessions_of_a_look_alike(self, subject: Any) -> None:
        self.put(subject, session(account=AccountId("ann")))

        for name in LOOK_ALIKES[1:]:
            all_same(
                [],
                ask(subject.held_by, AccountId(name)),
                what=f"held_by() of a look-alike. {EXACT}",
            )

    def test_held_by_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.held_by, AccountId("ann"))
