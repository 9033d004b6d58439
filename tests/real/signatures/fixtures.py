"""Makes the fixtures of the Rust tests out of what `signatures.py` made.

    venv/bin/python tests/real/fixtures.py OUT FIXTURES

A file is kept as what differs from another one: `<name>.patch` is a line `base prefix suffix` and
bytes; the file is the first `prefix` bytes of the base, those bytes, and its last `suffix` bytes.
What shares nothing with another is kept as it is, `<name>.pdf`.
"""

import json
import shutil
import sys
from pathlib import Path

BASES = ["letter", "other", "rsa", "two", "certified", "qpdf-unsigned", "head-alone", "authority"]
LARGEST = 60_000


def common(own, base):
    limit = min(len(own), len(base))
    step = next((at for at in range(0, limit, 4096) if own[at:at + 4096] != base[at:at + 4096]), limit)
    while step < limit and own[step] == base[step]:
        step += 1
    suffix = 0
    while suffix < limit - step and own[-1 - suffix] == base[-1 - suffix]:
        suffix += 1
    return step, suffix


def smallest(name, own, bases):
    """The name of a fixture and its bytes: what differs from the base that is most like it."""
    best = None
    for base, data in bases.items():
        prefix, suffix = common(own, data)
        rest = own[prefix:len(own) - suffix]
        if best is None or len(rest) < len(best[3]):
            best = (base, prefix, suffix, rest)
    if best and len(best[3]) < len(own) * 0.9:
        base, prefix, suffix, rest = best
        return f"{name}.patch", f"{base} {prefix} {suffix}\n".encode() + rest
    return f"{name}.pdf", own


def main():
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    truth = json.loads((source / "truth.json").read_text())
    files = {name: (source / f"{name}.pdf").read_bytes() for name in ["letter", "other", *truth["files"]]}
    for name, own in files.items():
        earlier = BASES[:BASES.index(name) if name in BASES else None]
        path, data = smallest(name, own, {base: files[base] for base in earlier})
        if len(data) > LARGEST:
            print("left out, too large:", name, len(data))
            del truth["files"][name]
            continue
        (target / path).write_bytes(data)
    shutil.copy(source / "boxes.json", target)
    shutil.copy(source / "locked.pdf", target)
    for name in ["academie.pem", "persons.pem", "signers.pem", "stamping.pem"]:
        shutil.copy(source / "authorities" / name, target)
    (target / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False))
    sizes = [own.stat().st_size for own in target.iterdir()]
    print(len(sizes), "fixtures,", sum(sizes), "bytes, largest", max(sizes))


if __name__ == "__main__":
    main()
