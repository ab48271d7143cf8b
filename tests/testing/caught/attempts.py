"""The attempt log: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "RecordGoesWithARollback": (
        "AttemptLog",
        "a_record_survives_the_applications_rollback",
        "rollback took a record away. Use a connection of your own",
    ),
    "BuffersRecords": (
        "AttemptLog",
        "another_instance_finds_the_record",
        "nothing came back",
    ),
    "LosesRecordsInARace": (
        "AttemptLog",
        "many_who_record_lose_nothing",
        "one of many recorded at once is lost",
    ),
    "AnswersToRecord": (
        "AttemptLog",
        "every_field_comes_back_as_it_was_recorded",
        "record() answered with int, and promises NoneType",
    ),
    "SwallowsErrorsOfRecord": (
        "AttemptLog",
        "record_raises_unavailable_when_the_backend_is_away",
        "An outage is no answer",
    ),
    "SearchesAllTenants": (
        "AttemptSearch",
        "only_the_very_key_and_tenant_are_near",
        "Ask for key and tenant",
    ),
    "LeavesTheEndOut": (
        "AttemptSearch",
        "both_ends_of_the_span_belong_to_it",
        "`after` and `before` belong to the span",
    ),
    "GivesTheOldestHundred": (
        "AttemptSearch",
        "the_newest_hundred_near_come_newest_first",
        "Newest first, at most 100",
    ),
    "SearchesByKeyOnly": (
        "AttemptSearch",
        "a_span_without_a_key_is_searched_by_source_and_tenant",
        "near() of a span that names a source",
    ),
    "ErasesTheAttempt": (
        "AttemptErasure",
        "a_person_is_taken_out_and_the_attempt_stays",
        "an erased attempt stays",
    ),
    "ErasesInAllTenants": (
        "AttemptErasure",
        "a_person_is_taken_out_and_the_attempt_stays",
        "in *that* tenant, or in none, those of the keys",
    ),
    "LeavesWhatCameToNoPortal": (
        "AttemptErasure",
        "a_person_is_taken_out_and_the_attempt_stays",
        "at a URL of no portal",
    ),
    "MiscountsErasures": (
        "AttemptErasure",
        "erasing_nobody_changes_nothing",
        "erase() of nobody answered 1, not 0",
    ),
    "KeepsErasedAddresses": (
        "AttemptErasure",
        "what_was_erased_is_gone",
        "Take it out of indexes, copies and histories",
    ),
}
