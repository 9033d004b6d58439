#!/usr/bin/env python3
"""The boxes to sign and to write in, of every letter of a project, as JSON.

    boxes.py PROJECT > boxes.json
    boxes.py PROJECT --messages > messages.json

Without an option, prints {reference: [{label, page, x, y, width, height}]}: points from the
top-left corner of the page, for the last revision that is not void. Labels that begin with `sign-`
are to be signed, those that begin with `write-` to be filled in by hand. With --messages, prints
{reference: Message-ID} of the last message that carried each letter.

Reads PROJECT/data/ledger/ledger.sqlite, never writes to it. Only the standard library.
"""

import argparse
import json
import pathlib
import sqlite3

BOXES = """
SELECT reference, boxes FROM revision WHERE void = 0
ORDER BY reference, number
"""
MESSAGES = """
SELECT message_letter.reference, message.message_id FROM message_letter
JOIN message ON message.id = message_letter.message
WHERE message.message_id IS NOT NULL ORDER BY message.id
"""


def read(project):
    """A connection to the ledger that cannot change it."""
    ledger = pathlib.Path(project).resolve() / "data" / "ledger" / "ledger.sqlite"
    return sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", help="folder of the project")
    parser.add_argument("--messages", action="store_true", help="print the Message-ID instead")
    given = parser.parse_args()
    with read(given.project) as ledger:
        if given.messages:
            found = dict(ledger.execute(MESSAGES))
        else:
            found = {reference: json.loads(boxes) for reference, boxes in ledger.execute(BOXES)}
    print(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
