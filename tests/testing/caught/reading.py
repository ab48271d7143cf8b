"""What comes back from adapters with a key: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "FoldsCase": ("Credentials", "get_compares_keys_exactly", "byte for byte"),
    "TrimsKeys": ("Credentials", "get_compares_keys_exactly", "no trimming"),
    "CutsAtNul": ("Credentials", "text_may_hold_a_nul", "Its key is free"),
    "FindsSomebodyForNobody": (
        "Credentials",
        "get_finds_nothing_under_a_free_key",
        "Answer None",
    ),
    "HidesTheSpent": (
        "Credentials",
        "get_returns_what_is_over",
        "what has expired or ended: nothing came back",
    ),
    "HidesWhatHasExpired": (
        "Credentials",
        "get_returns_what_is_over",
        "the rules judge that",
    ),
    "LosesMicroseconds": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Credential.changed_at went in as .* Keep microseconds",
    ),
    "GivesNaiveTimes": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Give times back aware, in UTC",
    ),
    "ShiftsTimes": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Store times in UTC",
    ),
    "GivesPlainWords": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Make it Death again",
    ),
    "GivesNumbersForFlags": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Make it bool again",
    ),
    "CutsText": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "no trimming, folding, cutting",
    ),
    "LosesAField": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Credential.dead has 1 members, not 3",
    ),
    "LosesANumber": (
        "Credentials",
        "get_returns_every_field_as_it_was_added",
        "Credential.generation went in as 7 and came back as 1. Store every field",
    ),
    "RemembersReads": (
        "Credentials",
        "get_reads_the_latest_write",
        "keep no copy, read the backend",
    ),
    "KeepsItToItself": (
        "Credentials",
        "get_sees_what_another_instance_wrote",
        "keep all data in the backend and commit it",
    ),
}
