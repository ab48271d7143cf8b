"""Take accounts over from another portal: from a file, or from its table of users.

    read        what the old portal has, record by record, as it is
    records     what a record says, or why it says nothing that can be used
    moving      each person gets an account and a credential, once

No mail is sent. Nobody is changed who is there already, so it can be run again. Not in
here: which hashes can be checked (`imported_hashes`), and the command (`cli.imports`).
"""

from __future__ import annotations

from securelogin.imports.moving import Moved, Mover
from securelogin.imports.read import (
    DJANGO,
    FLASK_SECURITY,
    Table,
    read_csv,
    read_json_lines,
    read_table,
)
from securelogin.imports.records import Home, Person, Record, Rejected, read_record

__all__ = [
    "DJANGO",
    "FLASK_SECURITY",
    "Home",
    "Moved",
    "Mover",
    "Person",
    "Record",
    "Rejected",
    "Table",
    "read_csv",
    "read_json_lines",
    "read_record",
    "read_table",
]
