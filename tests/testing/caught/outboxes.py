"""The outbox: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "WritesOverWhatWasSent": (
        "OutboxQueue",
        "an_order_that_is_recorded_again_stays_as_it_is",
        "Insert if the id is free, and else change nothing",
    ),
    "LeasesWithoutStoring": (
        "OutboxQueue",
        "a_lease_that_has_ended_is_taken_up_again",
        "its mail would be sent twice",
    ),
    "LeasesToMany": (
        "OutboxQueue",
        "each_order_is_leased_to_one_of_many",
        "Lease in the statement that looks",
    ),
    "LeasesForEver": (
        "OutboxQueue",
        "a_lease_that_has_ended_is_taken_up_again",
        "such as a killed courier's: 0 came back, not 1",
    ),
    "LeasesWhatIsNotDue": (
        "OutboxQueue",
        "what_is_not_due_or_has_ended_is_not_leased",
        "which are not due or are over",
    ),
    "LeasesTheNewestFirst": (
        "OutboxQueue",
        "orders_due_at_one_moment_go_in_the_order_they_came",
        "Keep their order",
    ),
    "LeasesTooMany": (
        "OutboxQueue",
        "the_oldest_go_first_and_no_more_than_the_limit",
        "no more than `limit`",
    ),
    "LeasesAGenerator": (
        "OutboxQueue",
        "an_order_recorded_twice_is_sent_once",
        "a list or a tuple",
    ),
    "LeasesEachTwice": (
        "OutboxQueue",
        "an_order_recorded_twice_is_sent_once",
        "Let its id be unique",
    ),
    "LeasesWhatWasSent": (
        "OutboxQueue",
        "a_settled_order_stays_settled",
        "Lease what is WAITING only",
    ),
    "InsertsOrdersOnReplace": (
        "OutboxQueue",
        "replace_never_inserts",
        "replace() stored it",
    ),
    "TellsOfOtherTenants": (
        "OutboxQueue",
        "orders_are_found_by_account_or_key",
        "of that key in that tenant",
    ),
    "HidesWhatHasEnded": (
        "DeadLetters",
        "an_order_is_found_by_its_id_whatever_became_of_it",
        "ended ones come back too",
    ),
    "ListsWhatWasDropped": (
        "DeadLetters",
        "dead_letters_are_those_refused_or_given_up",
        "What was sent or dropped is no dead letter",
    ),
    "ListsTheOldestFirst": (
        "DeadLetters",
        "dead_letters_come_the_last_to_end_first",
        "The last to end first",
    ),
    "ListsTheSameAgain": (
        "DeadLetters",
        "dead_letters_before_a_moment_ended_before_it",
        "those that ended earlier",
    ),
    "ListsLettersOfAll": (
        "DeadLetters",
        "dead_letters_of_a_tenant_are_its_own",
        "of that tenant, exactly",
    ),
    "NeverTriesAgain": (
        "DeadLetters",
        "a_dead_letter_that_is_requeued_is_leased_again",
        "waits again",
    ),
}
