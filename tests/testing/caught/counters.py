"""Counters: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "LosesHits": (
        "Counters",
        "many_who_hit_get_every_number_once",
        "some were lost. Add one and read the total in one statement",
    ),
    "LosesHitsBetweenThreads": (
        "Counters",
        "many_who_hit_get_every_number_once",
        "some were lost",
    ),
    "CountsFromZero": (
        "Counters",
        "hits_are_counted_from_one",
        "Return the total with this hit in it",
    ),
    "GivesTotalsAsText": (
        "Counters",
        "hits_are_counted_from_one",
        "answered with str, and promises int",
    ),
    "NeverOpensAnotherWindow": (
        "Counters",
        "a_hit_at_the_end_of_the_window_opens_the_next",
        "then a new total begins at 1",
    ),
    "KeepsTheLastMomentOfTheWindow": (
        "Counters",
        "a_hit_at_the_end_of_the_window_opens_the_next",
        "A window ends at its first hit's `at + window`, to the microsecond",
    ),
    "GoesByTheFirstWindowOfAll": (
        "Counters",
        "totals_follow_the_law_of_windows",
        "The first hit's window counts until it ends",
    ),
    "ProlongsTheWindow": (
        "Counters",
        "a_hit_does_not_prolong_its_window",
        "Set the window's end with its first hit only",
    ),
    "CountsLookAlikesTogether": (
        "Counters",
        "keys_are_counted_apart",
        "Look-alikes are counted together",
    ),
    "GivesTotalsInTheWrongOrder": (
        "Counters",
        "keys_that_are_hit_together_are_each_counted",
        "so read each total with its key",
    ),
    "CountsTheFirstKeyOnly": (
        "Counters",
        "keys_that_are_hit_together_are_each_counted",
        "Each key has a total and a window of its own",
    ),
    "GivesAllTheFirstKeysWindow": (
        "Counters",
        "each_key_has_the_window_given_with_it",
        "the one given with it by its first hit",
    ),
    "GivesOneTotal": (
        "Counters",
        "hits_are_counted_from_one",
        "answered with int, not with a mapping",
    ),
    "GivesTotalsOfOtherKeys": (
        "Counters",
        "hits_are_counted_from_one",
        "Return a dict: each key that was given, with its new total",
    ),
    "NeverResets": (
        "Counters",
        "as_many_keys_as_are_given_are_forgotten",
        "Forget all of the keys given",
    ),
    "ResetsTheFirstOnly": (
        "Counters",
        "as_many_keys_as_are_given_are_forgotten",
        "Forget all of the keys given",
    ),
    "AnswersToReset": (
        "Counters",
        "as_many_keys_as_are_given_are_forgotten",
        "it promises None",
    ),
    "GrowsForEver": (
        "Counters",
        "the_number_of_keys_is_bounded",
        "Delete ended windows as you go",
    ),
    "GoesWithARollback": (
        "Counters",
        "a_hit_survives_the_applications_rollback",
        "Use a connection of your own in autocommit",
    ),
    "CountsForItself": (
        "Counters",
        "another_instance_goes_on_counting",
        "Keep totals in the backend",
    ),
}
