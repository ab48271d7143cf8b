"""Retention: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "CountsWhatIsOverJustNow": (
        "Purge",
        "what_is_overdue_is_counted_and_stays",
        "it is not before it",
    ),
    "DeletesWhileCounting": (
        "Purge",
        "what_is_overdue_is_counted_and_stays",
        "it only counts",
    ),
    "PurgesWithoutLimit": (
        "Purge",
        "the_longest_over_go_first_and_no_more_than_the_limit",
        "`limit` at most",
    ),
    "PurgesTheNewestFirst": (
        "Purge",
        "the_longest_over_go_first_and_no_more_than_the_limit",
        "longest over first",
    ),
    "PurgesOneKindForAnother": (
        "Purge",
        "one_kind_is_purged_and_no_other",
        "Delete of that kind only",
    ),
    "PurgesTheCredential": (
        "Purge",
        "a_credential_stays_without_its_temporary_password",
        "only the temporary password goes",
    ),
    "PurgesWhatWaits": (
        "Purge",
        "what_has_no_end_is_never_purged",
        "an order that waits has no end",
    ),
    "CountsWhatItChose": (
        "Purge",
        "each_goes_by_one_of_many_who_purge_at_once",
        "Count what the statement has deleted",
    ),
    "LeavesTheOutbox": (
        "Erasure",
        "a_person_is_taken_out_and_the_records_stay",
        "erase() answered 3; it blanked 4",
    ),
    "ErasesOfEveryTenant": (
        "Erasure",
        "a_person_is_taken_out_and_the_records_stay",
        "keys of *that* tenant",
    ),
    "LeavesTheSender": (
        "Erasure",
        "the_links_a_person_sent_lose_their_sender",
        "look by `sender_key`",
    ),
    "ErasesOneEndOfALink": (
        "Erasure",
        "a_link_that_somebody_sent_to_themselves_loses_both_ends",
        "loses both",
    ),
    "ErasesAndKeepsTheVersion": (
        "Erasure",
        "a_courier_cannot_write_the_address_back",
        "erase() has to raise the version",
    ),
    "ErasesNobodyAndSaysOne": (
        "Erasure",
        "erasing_nobody_changes_nothing",
        "erase() of nobody answered 1, not 0",
    ),
    "KeepsAHistory": (
        "Erasure",
        "what_was_erased_is_gone",
        "Take it out of indexes, copies and histories",
    ),
}
