"""The audit trail: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "CutsThePerson": (
        "AuditLog",
        "every_field_comes_back_as_it_was_appended",
        "no trimming, folding, cutting",
    ),
    "FoldsChains": (
        "AuditLog",
        "chains_come_one_after_the_other_and_in_order",
        "not 4|not 2|not 0",
    ),
    "MixesChains": (
        "AuditLog",
        "chains_come_one_after_the_other_and_in_order",
        "Chain after chain",
    ),
    "GoesInCircles": (
        "AuditLog",
        "chains_come_one_after_the_other_and_in_order",
        "goes in circles",
    ),
    "AppendsTwice": (
        "AuditLog",
        "a_batch_that_is_appended_again_stays_as_it_is",
        "Let chain and number be unique",
    ),
    "GivesHeadsOfNow": (
        "AuditLog",
        "the_last_record_of_each_chain_before_a_moment",
        "written .before. that moment",
    ),
    "GivesTheOldestHeads": (
        "AuditLog",
        "chains_written_last_come_first",
        "the newest first",
    ),
    "ShortensTheEnd": (
        "AuditRetention",
        "a_chain_is_shortened_from_its_beginning",
        "The lowest numbers first",
    ),
    "CountsWhatItShouldTake": (
        "AuditRetention",
        "a_chain_is_shortened_from_its_beginning",
        "purge.through=3, limit=9. answered 9",
    ),
    "ErasesTheFactsToo": (
        "AuditRetention",
        "a_person_is_taken_out_and_the_record_stays",
        "or the seal breaks",
    ),
    "ErasesByAccountOnly": (
        "AuditRetention",
        "a_person_is_taken_out_and_the_record_stays",
        "erase.. answered 1; it blanked 2",
    ),
    "ErasesAnyoneAndSaysSo": (
        "AuditRetention",
        "erasing_nobody_changes_nothing",
        "erase.. of nobody answered 1, not 0",
    ),
    "RemembersPersons": (
        "AuditRetention",
        "what_was_erased_is_gone",
        "Take them out of indexes, copies and histories",
    ),
}
