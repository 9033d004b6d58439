#!/usr/bin/env bash
# Makes the fixtures of crates/pdf-form: `make.sh ADD_FIELDS`, the example `add_fields` of that crate.
# What programs append to the form is kept without the form (.tail), what they write anew is kept whole.
set -euo pipefail
add_fields="$(realpath "$1")"
cd "$(dirname "$0")"
here="$PWD"
fixtures="$here/../../../crates/pdf-form/tests/fixtures"
python="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$fixtures"

"$python" -c 'import sys, typst; typst.compile("letter.typ", output=sys.argv[1], pdf_standards=["ua-1", "a-2a"])' "$work/letter.pdf"
"$add_fields" "$work/letter.pdf" fields.json "$work/form.pdf"
qpdf --object-streams=generate --deterministic-id "$work/letter.pdf" "$work/xref-stream.pdf"
cp "$work"/{letter,form,xref-stream}.pdf fields.json values.json "$fixtures/"

for program in mupdf pdfium qpdf flattened merged; do
    "$python" fill.py "$program" "$work/form.pdf" values.json "$work/$program.pdf"
done
"${GI_PYTHON:-/usr/bin/python3}" fill_poppler.py "$work/form.pdf" values.json "$work/poppler.pdf"
for program in pdfjs pdf_lib; do
    cp "fill_$program.mjs" "${NODE_FOLDER:-.}/"
    node "${NODE_FOLDER:-.}/fill_$program.mjs" "$work/form.pdf" values.json "$work/$program.pdf"
done
"$python" sign.py "$work/pdfjs.pdf" 2026-0860001J-NGRM_head "$work/signed.pdf"
# Signed with empty fields, which somebody fills in afterwards.
"$python" sign.py "$work/form.pdf" 2026-0860001J-NGRM_head "$work/signed-empty.pdf"
"$python" fill.py mupdf "$work/signed-empty.pdf" values.json "$work/signed-first.pdf"

size="$(stat -c %s "$work/form.pdf")"
for program in mupdf poppler pdfjs signed signed-first; do
    cmp -n "$size" "$work/form.pdf" "$work/$program.pdf"
    tail -c +"$((size + 1))" "$work/$program.pdf" > "$fixtures/$program.tail"
done
for program in pdfium qpdf pdf_lib flattened merged; do
    cp "$work/$program.pdf" "$fixtures/$program.pdf"
done
