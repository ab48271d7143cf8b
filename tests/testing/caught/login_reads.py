"""What reads for a log-in at once: which fact catches what is wrong."""

from __future__ import annotations

CAUGHT = {
    "JoinsPartsOfAnotherStore": (
        "LoginReads",
        "it_joins_the_parts_beside_it",
        "Otherwise it is never asked",
    ),
    "FindsTheStandInsAccount": (
        "LoginReads",
        "each_question_is_answered_as_by_the_three_verbs",
        "where the verb finds none. The account is the address's",
    ),
    "GivesTheStandInsCredential": (
        "LoginReads",
        "each_question_is_answered_as_by_the_three_verbs",
        "the credential is .*where there is no account there is none",
    ),
    "FindsNoAlias": (
        "LoginReads",
        "what_was_written_last_is_read",
        "gave no account. The account is the address's",
    ),
    "LosesAllForWantOfALink": (
        "LoginReads",
        "what_was_written_last_is_read",
        "What is missing takes nothing else with it",
    ),
    "FoldsTheTenant": (
        "LoginReads",
        "each_question_is_answered_as_by_the_three_verbs",
        "Compare keys byte for byte",
    ),
    "GivesATuple": (
        "LoginReads",
        "what_was_written_last_is_read",
        "answered with tuple, and promises LoginRows",
    ),
}
