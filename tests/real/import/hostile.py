#!/usr/bin/env python3
"""The hostile corpus: spreadsheets that a mailbox may bring and that no program should trust.

    hostile.py OUTDIR [--large]

Writes OUTDIR and OUTDIR/expect.json, {file: {profile, outcome, imported, expect}}:

    profile   directory | heads: which list the file claims to be
    outcome   read      the file is read: rows are counted, a bad row is told and rejected
              refused   the file as a whole is refused with one sentence that says why and what to do
              either    both are right
    imported  how many rows make it into a record, where only one number is right
    expect    in words

The heads are those of valid.csv's schools: import that one first.

For every file: no crash, no hang (seconds, not minutes), memory within bounds, nothing executed, nothing
read or written outside the project, and no character of the file that could steer a terminal is printed.
Each file is small on disk (below 12 MB), but some become gigabytes: never open one without a limit of
memory and time. `--large` adds three big CSV files. The same bytes each
time; about a minute.

`hostile_cases.py` makes the CSV files, `hostile_books.py` the workbooks.
"""

import argparse
import json
import pathlib

import hostile_books
import hostile_cases


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--large", action="store_true", help="also CSV files of ten million rows")
    own = parser.parse_args()
    own.out.mkdir(parents=True, exist_ok=True)
    expected = {}
    for table in (hostile_cases.CASES, hostile_books.CASES, hostile_cases.LARGE if own.large else ()):
        for name, profile, outcome, imported, expect, make in table:
            if name in expected:
                raise SystemExit(f"{name} is there twice")
            content = make()
            with open(own.out / name, "wb") as out:
                for chunk in [content] if isinstance(content, bytes) else content:
                    out.write(chunk)
            expected[name] = {"profile": profile, "outcome": outcome, "imported": imported, "expect": expect}
    (own.out / "expect.json").write_text(
        json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(f"{len(expected)} files in {own.out}")


if __name__ == "__main__":
    main()
