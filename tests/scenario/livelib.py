"""What the scenarios of live nodes share: nodes of invented services on loopback, each with `entente serve` in a process
of its own, which may be killed at any time."""
import atexit
import json
import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time

ENTENTE = os.environ["ENTENTE_BIN"]
for name in ("ENTENTE_KEYS", "ENTENTE_NODE", "ENTENTE_USER", "ENTENTE_REHEARSAL_NOW", "ENTENTE_PASSPHRASE_FILE"):
    os.environ.pop(name, None)


def free_port():
    """Below those that connections get of themselves: nobody else has it while its node is down."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Wrong(Exception):
    """A command ended otherwise than it should have."""


class Node:
    """A node with two persons, anna (all that one person may) and berta (who approves)."""

    def __init__(self, top, name, country, listen=True, real=True):
        self.name, self.folder = name, os.path.join(top, name)
        self.port = free_port() if listen else None
        self.process, self.talk = None, []
        atexit.register(self.kill)
        self.env = dict(os.environ, ENTENTE_NODE=self.folder)
        self.run("init", self.folder, "--user", "anna", "--name", name, "--country", country,
                 *([] if real else ["--rehearsal"]))
        self.run("user", "add", "berta", "--role", "supervisor")
        if listen:
            self.run("profile", "set", "--address", self.address)
        key = self.rows("key", "show")[0]
        self.id, self.fingerprint = key["partner"], key["fingerprint"]
        self.card = os.path.join(top, name + ".card")
        with open(self.card, "w", encoding="utf-8") as f:
            f.write(self.run("partner", "card"))

    @property
    def address(self):
        return f"https://127.0.0.1:{self.port}"

    def call(self, *args, user="anna", timeout=120):
        return subprocess.run([ENTENTE, *args], input=b"", capture_output=True, timeout=timeout,
                              env=dict(self.env, ENTENTE_USER=user))

    def run(self, *args, user="anna", code=0):
        p = self.call(*args, user=user)
        if p.returncode != code:
            raise Wrong(f"{self.name}: entente {' '.join(args)}: exit {p.returncode}, expected {code}: "
                        f"{p.stderr.decode()}")
        return p.stdout.decode()

    def rows(self, *args, user="anna"):
        return [json.loads(line) for line in self.run(*args, "--json", user=user).splitlines()]

    def knows(self, other, *agreement):
        self.run("partner", "add", other.card, "--fingerprint", other.fingerprint)
        self.run("partner", "agree", other.name, *agreement)

    def start(self, *more):
        """Waits until it takes acts."""
        listen = ["--listen", f"127.0.0.1:{self.port}"] if self.port else []
        self.process = p = subprocess.Popen([ENTENTE, "serve", *listen, *more], stderr=subprocess.PIPE, env=self.env)
        ready = threading.Event()

        def read():
            for line in p.stderr:
                self.talk.append(line.decode())
                if b"ready" in line:
                    ready.set()
            ready.set()
        threading.Thread(target=read, daemon=True).start()
        if not ready.wait(60) or p.poll() is not None:
            raise Wrong(f"{self.name}: entente serve does not start: {''.join(self.talk[-3:])}")

    def stop(self, how=signal.SIGTERM):
        p, self.process = self.process, None
        if p is None:
            return 0
        p.send_signal(how)
        return p.wait(30)

    def kill(self):
        return self.stop(signal.SIGKILL)

    def alert(self, name, born="1991-04-03", ground="unsc-2178"):
        """An alert of our own as a record; its number."""
        n = self.rows("alert", "new", "--name", name, "--birth-date", born, "--ground", ground,
                      "--review", "2027-05-01", "--destroy", "2027-11-01")[0]["alert"]
        return self.rows("record", "new", "alert", "--alert", str(n), "--tlp", "amber", "--purpose", "border control",
                         "--instrument", "warrant 7/2026", "--set", "ask=secondary-check")[0]["record"]

    def release(self, record, *to):
        self.run("release", "propose", str(record), *[x for t in to for x in ("--to", t.name)], code=4)
        waiting = self.rows("release", "list", "--waiting", "--limit", "100000")
        self.run("release", "approve", str(waiting[-1]["release"]), user="berta")

    def deliveries(self):
        return self.rows("delivery", "list", "--limit", "100000")


def until(what, seconds=30.0, every=0.1):
    """Waits until what() is true; its last value."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)


def scratch():
    return tempfile.TemporaryDirectory(prefix="entente-live-")
