"""Fills a form as Evince does: `python3 fill_poppler.py FORM VALUES.json RESULT`, with Debian's python3-gi and
gir1.2-poppler-0.18."""

import json
import sys
from pathlib import Path

import gi

gi.require_version("Poppler", "0.18")
from gi.repository import Poppler  # noqa: E402

form, values, result = sys.argv[1:]
wanted = json.loads(Path(values).read_text())
document = Poppler.Document.new_from_file(Path(form).resolve().as_uri(), None)
for number in range(document.get_n_pages()):
    for mapping in document.get_page(number).get_form_field_mapping():
        field = mapping.field
        if field.get_name() in wanted:
            field.text_set_text(wanted[field.get_name()])
document.save(Path(result).resolve().as_uri())
