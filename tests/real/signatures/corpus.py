"""A folder of files with what is known of them: index.json, the good returns, the authority."""

import json
from pathlib import Path


class Corpus:
    """Files with what is known of them."""

    def __init__(self, out):
        self.out, self.index, self.skipped = Path(out), [], []
        self.bases = {}

    def keep_bases(self, made):
        self.bases = made
        folder = self.out / "bases"
        folder.mkdir(parents=True, exist_ok=True)
        for base in made.values():
            (folder / f"{base.name}.pdf").write_bytes(base.data)
        (folder / "letter.pdf").write_bytes(made["one"].sent)
        (folder / "sealed-letter.pdf").write_bytes(made["sealed"].sent)

    def keep(self, kind, name, data, mode, base=None, must=None, sealed=False):
        """`base`: the good return that the file was made from, for what happened after signing.
        `must`: `signed`, `not-signed`, `eye`; nothing when readers decide."""
        folder = self.out / kind
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.pdf"
        assert not path.exists(), path
        path.write_bytes(data)
        sealed = sealed or base == "sealed"
        self.index.append({
            "file": f"{kind}/{name}.pdf", "kind": kind, "name": name, "mode": mode, "base": base,
            "sent": "bases/sealed-letter.pdf" if sealed else "bases/letter.pdf",
            "signed_as": f"bases/{base}.pdf" if base else None, "must": must})

    def write(self, shop):
        shop_people = shop.maker.people
        (self.out / "authorities").mkdir(exist_ok=True)
        (self.out / "authorities/academie.pem").write_bytes(
            shop_people["root"].pem() + shop_people["curve-root"].pem())
        (self.out / "boxes.json").write_text(json.dumps(list(shop.maker.boxes.values())))
        (self.out / "index.json").write_text(json.dumps(self.index, indent=1, ensure_ascii=False))
