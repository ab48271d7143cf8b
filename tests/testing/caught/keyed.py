"""Adapters with a key: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    # -- who wins --
    "ReadsThenAdds": ("Credentials", "of_many_who_add_one_gets_true", "one statement"),
    "AwaitsBetweenReadAndWrite": (
        "Credentials",
        "of_many_who_replace_one_gets_true",
        "do not read first and write then",
    ),
    "RaisesInARace": (
        "Credentials",
        "of_many_who_add_one_gets_true",
        "raised TimeoutError for one of many callers at once. Let it wait",
    ),
    # -- what is written --
    "InsertsOnReplace": ("Credentials", "replace_never_inserts", "never insert here"),
    "InsertsOnReplaceAndSaysNo": (
        "Credentials",
        "replace_never_inserts",
        "replace() stored it",
    ),
    "IgnoresTheVersion": (
        "Credentials",
        "a_stale_replace_leaves_the_record",
        "compare `old.version`",
    ),
    "WritesAndSaysNo": (
        "Credentials",
        "a_stale_replace_leaves_the_record",
        "a stale replace() must not write",
    ),
    "AddsOverWhatIsThere": (
        "Credentials",
        "add_twice_leaves_the_first",
        "let the key be unique",
    ),
    "DeletesOnSpend": (
        "Credentials",
        "replace_writes_every_field",
        "A record stays and is found until it is purged",
    ),
    "ReplacesLookAlikesToo": (
        "Credentials",
        "replace_touches_no_other_record",
        "replace() wrote over another record",
    ),
    "WritesHalf": (
        "Credentials",
        "replace_writes_every_field",
        "Credential.dead has 0 members, not 3",
    ),
    # -- how it answers --
    "GivesRowCounts": (
        "Credentials",
        "add_twice_leaves_the_first",
        "Do not hand on a row count: return `count == 1`",
    ),
    "GivesCoroutines": (
        "Credentials",
        "add_twice_leaves_the_first",
        "a coroutine that nobody awaits",
    ),
    "GivesNothing": (
        "Credentials",
        "replace_writes_every_field",
        "replace() answered with NoneType, and promises bool",
    ),
    "SaysNo": (
        "Credentials",
        "add_twice_leaves_the_first",
        "store it and answer True",
    ),
    "RaisesForATakenKey": (
        "Credentials",
        "add_twice_leaves_the_first",
        "add() raised KeyError. It has an answer for everything",
    ),
    "SwallowsErrors": (
        "Credentials",
        "get_raises_unavailable_when_the_backend_is_away",
        "do not swallow the driver's error, raise Unavailable",
    ),
    "LetsDriverErrorsThrough": (
        "Credentials",
        "get_raises_unavailable_when_the_backend_is_away",
        "let ConnectionError through .* Catch the driver's errors",
    ),
    "KeepsHistory": (
        "Credentials",
        "a_hash_that_was_replaced_is_gone",
        "Keep no history of credentials",
    ),
    "HasABlindWitness": (
        "Credentials",
        "a_hash_that_was_replaced_is_gone",
        "The witness does not see what is stored",
    ),
    "HasNoReplace": (
        "Credentials",
        "every_method_is_there_and_of_one_colour",
        "HasNoReplace has no method replace",
    ),
    "MixesColours": (
        "Credentials",
        "every_method_is_there_and_of_one_colour",
        "all of them `async def` or none",
    ),
}
