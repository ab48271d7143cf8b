"""Credentials with a sample: which fact catches what is wrong."""

from __future__ import annotations

_LASTING = "a_sample_is_of_lasting_hashes"
_LIMIT = "a_sample_is_no_longer_than_its_limit"

CAUGHT = {
    "SamplesWhoHasNone": ("HashSample", _LASTING, "none for who has none"),
    "SamplesWhatWasReplaced": ("HashSample", _LASTING, "as it is now"),
    "SamplesEachFormOnce": ("HashSample", _LASTING, "of each lasting hash"),
    "SamplesLazily": ("HashSample", _LASTING, "islice, and promises a list or tuple"),
    "IgnoresTheLimit": ("HashSample", _LIMIT, "gave 5 hashes.*keep to the limit"),
    "SamplesOneTwice": ("HashSample", _LIMIT, "Take each at most once"),
    "MakesAHashUp": (
        "HashSample",
        "nothing_stored_is_an_empty_sample",
        "sample() of an empty store gave",
    ),
    "HasNoSample": (
        "HashSample",
        "every_method_is_there_and_of_one_colour",
        "HasNoSample has no method sample",
    ),
    "SamplesNothingWhenAway": (
        "HashSample",
        "a_sample_raises_unavailable_when_the_backend_is_away",
        "Unavailable",
    ),
}
