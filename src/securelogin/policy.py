"""Every setting, with a safe default, checked when it is made.

What is not in here is not a setting: Argon2's cost belongs to `PasswordHasher`, keys to
`KeyRing`, places to `Portal`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from securelogin.accounts import Audience
from securelogin.block_list import load_block_list
from securelogin.browsers import NO_MATRIX, BrowserMatrix
from securelogin.durations import written_duration
from securelogin.errors import WiringError
from securelogin.evidence import Evidence
from securelogin.mail import MailKind
from securelogin.messages import Messages
from securelogin.retention import Retention
from securelogin.sessions import MOST_HELD
from securelogin.several import taken

__all__ = [
    "STRICT_LIFETIMES",
    "AliasLogin",
    "Check",
    "Factors",
    "Lifetimes",
    "Limits",
    "Policy",
]

Check = Callable[[Evidence], str | None]
"""A portal's own condition; None lets pass, a note for support refuses."""

E = TypeVar("E", bound=StrEnum)

_MOST_CONSECUTIVE = 100
_LONGEST_MINIMUM = 64

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Factors(StrEnum):
    """Whether the password stands alone. Decides its least length."""

    PASSWORD_ONLY = "password_only"  # noqa: S105 -- a choice, not a secret
    SECOND_FACTOR = "second_factor"


class AliasLogin(StrEnum):
    """Whether a person may log in with a known alias instead of the primary address."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


def _chosen(kind: type[E], name: str, value: object) -> E:
    known = {member.value: member for member in kind}
    if not isinstance(value, str) or value not in known:
        raise WiringError(
            f"expected one of {', '.join(known)}.",
            setting=f"Policy({name}=…)",
            cure=f"Pass a member of {kind.__name__}.",
        )
    return known[value]


def _require_duration(owner: str, name: str, value: object, *, most: timedelta) -> None:
    if not isinstance(value, timedelta) or not timedelta(0) < value <= most:
        raise WiringError(
            f"expected a timedelta above zero, at most {written_duration(most)}.",
            setting=f"{owner}({name}=…)",
            cure="Leave it out for the default.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often is too often. Counted before anything is checked.

    Numbers are whole and above 0; the same numbers hold for unknown addresses.

    Attributes:
        window: over which tries are counted; a day at most.
        tries: with a lasting password, for each address.
        temporary_tries: with a temporary password, for each address. High, because
            60 random bits need no low one and a low one would let strangers close the
            way back (threats C74, F-53).
        source_tries: for each IPv4 address or IPv6 /64, whatever the address typed;
            right ones too, so leave room for an office behind one address.
        consecutive: failures in a row that disable the lasting password until a
            temporary one is redeemed (NIST SP 800-63B-4 3.2.2: at most 100).
        resets: "Forgot your password" for each address in an hour.
        source_resets: likewise for each source.
        address_requests: requests for a new primary address in an hour, of each account
            and for each address; no log-in clears them, for each mails a stranger.
        sessions: live sessions of one account at most, up to 99; None for no limit.
            The oldest end.
        mail_tries: tries to send one mail before it is given up.
        look_ups: of one viewer at the support desk in an hour; references hold 40
            random bits, so that so many lead nowhere.

    Raises:
        WiringError: a number is unfit; names it and the cure.
    """

    window: timedelta = 15 * MINUTE
    tries: int = 10
    temporary_tries: int = 1_000
    source_tries: int = 300
    consecutive: int = 100
    resets: int = 3
    source_resets: int = 20
    address_requests: int = 10
    sessions: int | None = None
    mail_tries: int = 8
    look_ups: int = 300

    def __post_init__(self) -> None:
        """Refuse numbers that would lock everybody out or nobody."""
        for setting in fields(self):
            value = getattr(self, setting.name)
            if setting.name == "window":
                _require_duration("Limits", "window", value, most=DAY)
            elif value is None and setting.name == "sessions":
                continue
            elif type(value) is not int or value < 1:
                raise WiringError(
                    "expected a whole number above 0.",
                    setting=f"Limits({setting.name}=…)",
                    cure="Leave it out for the default.",
                )
        if self.consecutive > _MOST_CONSECUTIVE:
            raise WiringError(
                "more than 100 failures in a row may not be allowed.",
                setting="Limits(consecutive=…)",
                cure="NIST SP 800-63B-4, 3.2.2, sets 100; choose that or less.",
            )
        if self.sessions is not None and self.sessions >= MOST_HELD:
            raise WiringError(
                "so many could not be told from one too many: a store gives an "
                f"account's newest {MOST_HELD}.",
                setting="Limits(sessions=…)",
                cure=f"Choose {MOST_HELD - 1} or less, or None for no limit.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long things live.

    Attributes:
        temporary: a temporary password; 24 hours at most (NIST SP 800-63B-4 4.2.1.2).
        ticket: the permit to set a new password.
        link: a recipient link.
        session_idle: a session without use (ASVS 7.3.1).
        session: a session, however busy (ASVS 7.3.2).
        seen_every: how exactly a session's last use is kept; each note is a write.
            Half of `session_idle` at most.
        address_change: the two mails that confirm a new address.
        leeway: clocks of two hosts may differ by this much.

    Raises:
        WiringError: a life is unfit; names it and the cure.
    """

    temporary: timedelta = HOUR
    ticket: timedelta = 15 * MINUTE
    link: timedelta = 14 * DAY
    session_idle: timedelta = 30 * MINUTE
    session: timedelta = 12 * HOUR
    seen_every: timedelta = MINUTE
    address_change: timedelta = DAY
    leeway: timedelta = MINUTE

    def __post_init__(self) -> None:
        """Refuse lives that end before they begin or never end."""
        for name, most in (
            ("temporary", DAY),
            ("ticket", HOUR),
            ("link", 366 * DAY),
            ("session_idle", 30 * DAY),
            ("session", 30 * DAY),
            ("seen_every", HOUR),
            ("address_change", 7 * DAY),
            ("leeway", 10 * MINUTE),
        ):
            _require_duration("Lifetimes", name, getattr(self, name), most=most)
        if self.seen_every > self.session_idle / 2:
            # Noted no sooner than it ends, the use of a session would keep none alive.
            raise WiringError(
                "however busy, a session would end before its use is noted.",
                setting="Lifetimes(session_idle=…, seen_every=…)",
                cure="Choose seen_every of "
                f"{written_duration(self.session_idle / 2)} at most, or session_idle "
                f"of {written_duration(2 * self.seen_every)} at least.",
            )


STRICT_LIFETIMES = Lifetimes(temporary=10 * MINUTE, ticket=5 * MINUTE)
"""Mailed secrets live ten minutes, as ASVS 6.5.5 (level 2) asks."""


_PARTS: dict[str, type] = {
    "limits": Limits,
    "lifetimes": Lifetimes,
    "retention": Retention,
    "messages": Messages,
    "browsers": BrowserMatrix,
}


def _is_text(given: object) -> bool:
    return isinstance(given, str)


def _is_optional(notice: object) -> bool:
    return notice == MailKind.NEW_BROWSER


def _notices(given: tuple[object, ...]) -> frozenset[MailKind]:
    return frozenset(notice for notice in MailKind if notice in given)


# How each is kept, what may be in it, and what an error says.
_SEVERAL: dict[
    str,
    tuple[Callable[[tuple[object, ...]], object], Callable[[object], bool], str, str],
] = {
    "block_list": (
        frozenset,
        _is_text,
        "expected several passwords, each a str.",
        "Pass load_block_list() | {…}, or leave it out.",
    ),
    "context_words": (
        tuple,
        _is_text,
        "expected several words, each a str.",
        'Pass them in a tuple: context_words=("Roadrunner",).',
    ),
    "checks": (
        tuple,
        callable,
        "a check is a function of one Evidence.",
        "Pass the function itself: checks=(my_check,).",
    ),
    "optional_notices": (
        _notices,
        _is_optional,
        "only NEW_BROWSER can be chosen; all other mails are always sent.",
        "Pass frozenset() or frozenset({MailKind.NEW_BROWSER}).",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a portal wants, where it differs from the defaults.

    Attributes:
        limits: how often is too often.
        lifetimes: how long things live.
        retention: how long what is over is kept.
        factors: `PASSWORD_ONLY` asks for 15 characters, `SECOND_FACTOR` allows 8
            (NIST SP 800-63B-4 3.1.1.2).
        minimum_length: of a lasting password, in code points; None for the least that
            `factors` allows.
        block_list: passwords refused as a whole, casefolded NFC.
        context_words: product, organisation and role names that are no password.
        aliases: may people log in with a known alias?
        link_required: audiences that enter only by a recipient link.
        checks: the portal's own conditions, after the library's. They can refuse,
            never let in what the library refuses.
        optional_notices: `NEW_BROWSER` sends a mail after a log-in from a browser not
            seen before.
        messages: texts that people read.
        browsers: the lowest supported versions, for a notice and for support.

    Raises:
        WiringError: a setting is unfit, or weaker than it may be; names it and the
            cure.

    Never changes; safe to share between threads.
    """

    limits: Limits = field(default_factory=Limits)
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    retention: Retention = field(default_factory=Retention)
    factors: Factors = Factors.PASSWORD_ONLY
    minimum_length: int | None = None
    block_list: frozenset[str] = field(default_factory=load_block_list, repr=False)
    context_words: tuple[str, ...] = ()
    aliases: AliasLogin = AliasLogin.REFUSED
    link_required: frozenset[Audience] = frozenset({Audience.EXTERNAL})
    checks: tuple[Check, ...] = ()
    optional_notices: frozenset[MailKind] = frozenset({MailKind.NEW_BROWSER})
    messages: Messages = field(default_factory=Messages, repr=False)
    browsers: BrowserMatrix = NO_MATRIX

    def __post_init__(self) -> None:
        """Refuse a policy that is weaker than it may be."""
        self._take_choices()
        for name, kind in _PARTS.items():
            if not isinstance(getattr(self, name), kind):
                raise WiringError(
                    f"expected {kind.__name__}(…).",
                    setting=f"Policy({name}=…)",
                    cure="Leave it out for the default.",
                )
        least = 15 if self.factors is Factors.PASSWORD_ONLY else 8
        length = least if self.minimum_length is None else self.minimum_length
        if type(length) is not int or not least <= length <= _LONGEST_MINIMUM:
            raise WiringError(
                f"expected {least} to 64 characters.",
                setting="Policy(minimum_length=…)",
                cure="8 to 14 need Policy(factors=Factors.SECOND_FACTOR) and a second "
                "factor in your portal (NIST SP 800-63B-4, 3.1.1.2).",
            )
        object.__setattr__(self, "minimum_length", length)
        for name, (keep, fits, problem, cure) in _SEVERAL.items():
            # order matters: taken before it is looked at, and what was looked at is
            # what is kept (test_several: a setting can be read more than once).
            found = taken(getattr(self, name))
            if found is None or not all(map(fits, found)):
                raise WiringError(problem, setting=f"Policy({name}=…)", cure=cure)
            object.__setattr__(self, name, keep(found))

    def _take_choices(self) -> None:
        """Take each choice by its word too, and refuse words that mean nothing."""
        for name, kind in (("factors", Factors), ("aliases", AliasLogin)):
            object.__setattr__(self, name, _chosen(kind, name, getattr(self, name)))
        required = taken(self.link_required)
        names = (None,) if required is None else required
        chosen = (_chosen(Audience, "link_required", name) for name in names)
        object.__setattr__(self, "link_required", frozenset(chosen))

    @property
    def shortest(self) -> int:
        """The least length of a lasting password, in code points."""
        return self.minimum_length or 0
