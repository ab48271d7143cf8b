"""What reads a session at once: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "JoinsSessionsOfAnotherStore": (
        "SessionReads",
        "it_joins_the_parts_beside_it",
        "Otherwise it is never asked",
    ),
    "RemembersWhoWasLoggedIn": (
        "SessionReads",
        "what_was_written_last_is_read",
        "credentials.replace.. has just written. .* Keep no copies",
    ),
    "RemembersGenerations": (
        "SessionReads",
        "what_was_written_last_is_read",
        "has to hold from the very next read: a new generation",
    ),
    "TakesTheSessionsOwnGeneration": (
        "SessionReads",
        "every_field_comes_as_it_was_added",
        "the generation is 3, not 2",
    ),
    "JoinsTheCredentialInside": (
        "SessionReads",
        "who_is_not_there_takes_nothing_else_along",
        "gave no session. .* in SQL, each is a LEFT JOIN",
    ),
    "FindsLookAlikeSessions": (
        "SessionReads",
        "a_session_that_is_not_there_gives_none",
        "Compare keys byte for byte",
    ),
    "GivesAnythingForNothing": (
        "SessionReads",
        "every_field_comes_as_it_was_added",
        "answered with tuple, and promises SessionRows",
    ),
}
