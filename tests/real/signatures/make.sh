#!/bin/sh
# Makes all signed files and attacks into OUT, and the fixtures out of them:
#   make.sh LETTERS OUT
# LETTERS: out/2026/letters of the sample. Needs qpdf, gs, pdftocairo, and python with
# requirements.txt; new keys, so every fixture changes.
set -e
here="$(cd "$(dirname "$0")" && pwd)"
python3 "$here/signatures.py" "$1/2026-0160101Y-4S54.pdf" "$1/2026-0860003L-6SVT.pdf" \
    "$here/boxes.json" "$2"
python3 "$here/fixtures.py" "$2" "$here/../../fixtures/archive"
