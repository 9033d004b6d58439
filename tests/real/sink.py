"""Postfix's smtp-sink, found or fetched from Debian, and a fictional project that sends to it.

Used by tests/real/smtp-sink and bench/send. Only the standard library; only loopback, but for the
one download of the package when smtp-sink is not installed.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")


def say(text):
    print(text, file=sys.stderr, flush=True)


def find():
    """The program and the environment it needs, or None when it cannot be had."""
    there = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    if os.access(there, os.X_OK):
        return there, {}
    folder = CACHE / "missive-bench" / "postfix"
    program = folder / "usr/sbin/smtp-sink"
    if not program.exists():
        with tempfile.TemporaryDirectory() as work:
            try:
                subprocess.run(["apt-get", "download", "postfix"], cwd=work, check=True,
                               capture_output=True, timeout=300)
                package = next(pathlib.Path(work).glob("postfix_*.deb"))
                folder.mkdir(parents=True, exist_ok=True)
                subprocess.run(["dpkg", "-x", package, folder], check=True, capture_output=True)
            except (OSError, StopIteration, subprocess.SubprocessError) as error:
                say(f"smtp-sink cannot be fetched: {error}")
                return None
    environment = {"LD_LIBRARY_PATH": str(folder / "usr/lib/postfix")}
    try:
        # Without arguments it says how to use it, when its libraries are all there.
        told = subprocess.run([program], env=environment, capture_output=True, timeout=10)
    except OSError as error:
        say(f"smtp-sink does not run: {error}")
        return None
    if b"usage" not in told.stderr:
        say(f"smtp-sink does not run: {told.stderr.decode(errors='replace').strip()}")
        return None
    return str(program), environment


class Sink:
    """A running smtp-sink; with a folder, every message is kept there as a file."""

    def __init__(self, program, environment, folder=None, extra=()):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        words = [program, *extra]
        if folder:
            words += ["-d", "message."]
        words += [f"127.0.0.1:{self.port}", "100"]
        if os.getuid() == 0:
            words[1:1] = ["-u", "nobody"]
            if folder:
                os.chmod(folder, 0o777)
        self.process = subprocess.Popen(words, cwd=folder, env={**os.environ, **environment},
                                        stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("smtp-sink does not listen")

    def stop(self):
        self.process.kill()
        self.process.wait()


def fiction(folder, letters, port):
    """A project of so many fictional letters that sends to a port of this computer."""
    program = os.environ.get("MISSIVE_FICTION")
    if not program:
        program = folder.parent / "fiction"
        subprocess.run(["rustc", "--edition", "2024", "-O", ROOT / "bench/fiction.rs", "-o", program],
                       check=True)
    subprocess.run([program, folder, str(letters)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    settings = folder / "missive.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace('transport = "outbox"', 'transport = "smtp"')
    text += (f'\n[mail.relay]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
             'auth = []\nquota = "none"\n')
    settings.write_text(text, encoding="utf-8")


def missive(binary, project, *words, codes=(0,)):
    """Runs a command and gives its JSON, the seconds it took and the kernel's account of it."""
    start = time.monotonic()
    process = subprocess.Popen([binary, "-C", project, *words, "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate()
    if process.returncode not in codes:
        raise SystemExit(f"missive {' '.join(words)}: exit {process.returncode}\n{out}\n{err}")
    return json.loads(out), time.monotonic() - start
