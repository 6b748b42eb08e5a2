#!/usr/bin/env python3
"""entente serve: the same answers over its socket, one order of events, new alerts live at once, strangers turned away,
a kill that loses nothing, a clean stop."""
import json
import os
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

ENTENTE = os.environ["ENTENTE_BIN"]
passed = failed = 0
os.environ.pop("ENTENTE_KEYS", None)
os.environ.pop("ENTENTE_REHEARSAL_NOW", None)
top = tempfile.TemporaryDirectory()
node = os.path.join(top.name, "node")
os.environ["ENTENTE_NODE"] = node
os.environ["ENTENTE_USER"] = "anna"


def check(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}", file=sys.stderr)


def run(*args, code=0, user=None, stdin=b""):
    env = dict(os.environ, **({"ENTENTE_USER": user} if user else {}))
    p = subprocess.run([ENTENTE, *args], input=stdin, capture_output=True, env=env, timeout=120)
    check(p.returncode == code, f"entente {' '.join(args)}: exit {p.returncode}, expected {code}: {p.stderr.decode()}")
    return p


def rows(*args, **kw):
    return [json.loads(line) for line in run(*args, "--json", **kw).stdout.splitlines()]


def write(name, text):
    path = os.path.join(top.name, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def serve():
    p = subprocess.Popen([ENTENTE, "serve"], stderr=subprocess.PIPE)
    for line in p.stderr:
        if b"ready" in line:
            threading.Thread(target=p.stderr.read, daemon=True).start()
            return p
    raise SystemExit(f"entente serve does not start: exit {p.wait()}")


def stop(p, how=signal.SIGTERM):
    p.send_signal(how)
    return p.wait(20)


def events():
    with sqlite3.connect(f"file:{node}/entente.db?mode=ro", uri=True) as db:
        return db.execute("SELECT seq, type FROM events ORDER BY seq").fetchall()


def without_time(text):
    """Nor what is only known where an index is loaded."""
    lines = [json.loads(line) for line in text.splitlines()]
    for x in lines:
        x["tables"].pop("used", None)
    return [{k: v for k, v in x.items() if k not in ("now", "events", "identities_in_index")} for x in lines]


PEOPLE = [("Yusuf al-Rashidi", "1991-04-03"), ("Lena Markovic", "1984-07-11"), ("Peter Sandberg", "1970-01-02")]
list_file = write("list.csv", "id,name,birth_dates,ground\n" + "".join(
    f"E{i},{n},{d},unsc-2178\n" for i, (n, d) in enumerate(PEOPLE)))


def manifest(name, people):
    return write(name, "id,name,birth_date\n" + "".join(f"T{i},{n},{d}\n" for i, (n, d) in enumerate(people)))


run("init", "--user", "anna", "--rehearsal", node)
run("user", "add", "berta", "--role", "officer")
direct = run("import", "--source", "s", list_file, "--json")

# The same commands, directly and over the socket, print the same.
first = manifest("a.csv", PEOPLE[:2])
direct_show = run("screen", first, "--json").stdout
direct_list = run("hit", "list").stdout
direct_status = run("status", "--json").stdout
direct_err = run("hit", "show", "99", code=5).stderr
p = serve()
check(oct(os.stat(f"{node}/serve.sock").st_mode & 0o777) == "0o600", "the socket is open to others")
same = rows("screen", first)
check(same[-1]["summary"]["same"] is True, "a manifest sent again over the socket is recognised")
check(same[:-1] == [json.loads(line) for line in direct_show.splitlines()][:-1], "hits differ over the socket")
check(run("hit", "list").stdout == direct_list, "hit list differs over the socket")
check(without_time(run("status", "--json").stdout) == without_time(direct_status), "status differs over the socket")
check(run("hit", "show", "99", code=5).stderr == direct_err, "an error differs over the socket")
run("import", "--source", "s", list_file, code=3, user="berta")
run("serve", code=8)
run("import", "--source", "piped", "-", stdin=open(list_file, "rb").read())

# A new alert is live at once, and travellers still held are compared with it.
rows("screen", manifest("b.csv", [("Marek Orlo", "1988-08-08")]))
started = time.monotonic()
rows("alert", "new", "--name", "Marek Orlo", "--birth-date", "1988-08-08", "--ground", "unsc-2178")
hits = rows("check", "--name", "MAREK ORLO", "--birth-date", "1988-08-08")[0]["hits"]
check(len(hits) == 1 and hits[0]["entity"].startswith("A-"), "a new alert is not live")
check(time.monotonic() - started < 1.0, "a new alert is not live within a second")
check(any(h["hit"]["found"] == "new-alert" for h in rows("hit", "list")), "those still held were not compared again")
alert = rows("alert", "list", "--source", "own")[0]["alert"]
rows("alert", "end", str(alert), "--reason", "mistake")
check(rows("check", "--name", "MAREK ORLO", "--birth-date", "1988-08-08")[0]["hits"] == [], "an ended alert is still live")

# Many at once: every act is done, once, in one order.
before = rows("status")[0]["manifests"]
files = [manifest(f"many{i}.csv", [(f"Nobody Number{i}", "1999-09-09")]) for i in range(12)]
running = [subprocess.Popen([ENTENTE, "screen", f], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for f in files]
check(all(r.wait(60) == 0 for r in running), "acts at once did not all succeed")
check(rows("status")[0]["manifests"] == before + 12, "acts at once were lost or doubled")
seqs = [s for s, _ in events()]
check(seqs == list(range(1, len(seqs) + 1)), "the log has a gap")


# While a long list is imported checks are answered; an act that changes something waits until it is over.
long_list = write("long.csv", "id,name,birth_dates,ground\n" + "".join(
    f"L{i},Longin {chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676 % 26)} Listson,19{50 + i % 49}-03-{1 + i % 28:02d},unsc-2178\n"
    for i in range(60000)))
before = len(events())
long_import = subprocess.Popen([ENTENTE, "import", "--source", "long", long_list, "--json"], stdout=subprocess.PIPE)
time.sleep(0.3)
writer = subprocess.Popen([ENTENTE, "alert", "new", "--name", "Marek Later", "--birth-date", "1977-07-07", "--ground", "unsc-2178"],
                          stdout=subprocess.PIPE)
answered, longest = 0, 0.0
while long_import.poll() is None:
    started = time.monotonic()
    rows("check", "--name", "Yusuf al-Rashidi", "--birth-date", "1991-04-03")
    longest = max(longest, time.monotonic() - started)
    answered += long_import.poll() is None
check(json.loads(long_import.stdout.read())["added"] == 60000, "a long import did not do all")
check(answered >= 3 and longest < 1.5, f"{answered} checks were answered during a long import, one after {longest:.2f} s")
check(writer.wait(60) == 0, "an act that waited for a long import was lost")
kinds = [t for _, t in events()][before:]
check(kinds.count("list-import") > 1 and kinds.index("check") < len(kinds) - 1 - kinds[::-1].index("list-import"),
      "a check was not logged between two parts of an import")
check(kinds.index("alert-new") > len(kinds) - 1 - kinds[::-1].index("list-import"), "an act went between two parts of an import")
while rows("status")[0]["index_behind"]:
    time.sleep(0.1)
check(len(rows("check", "--name", "Longin aaa Listson", "--birth-date", "1950-03-01")[0]["hits"]) > 0,
      "what a long import brought is not compared")


# --- strangers at the socket ---------------------------------------------------------------------------------------

def connect():
    s = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(node)
    s.connect("serve.sock")
    os.chdir(here)
    s.settimeout(20)
    return s


def read_frame(s):
    head = b""
    while len(head) < 5:
        part = s.recv(5 - len(head))
        if not part:
            return None, b""
        head += part
    n, kind = struct.unpack(">IB", head)
    body = b""
    while len(body) < n - 1:
        part = s.recv(n - 1 - len(body))
        if not part:
            return None, b""
        body += part
    return chr(kind), body


def frame(kind, body):
    return struct.pack(">IB", len(body) + 1, ord(kind)) + body


def block(b):
    return struct.pack(">I", len(b)) + b


kind, hello = read_frame(connect())
check(kind == "H" and hello[:7] == b"entente" and len(hello) == 41, "the greeting is not as documented")
check(read_frame(connect())[1] != hello, "two challenges are the same")
for name, sent in [
        ("a request before a name", frame("R", block(b"status") + block(b"") + bytes(9))),
        ("a wrong signature", frame("A", block(b"anna") + bytes(64))),
        ("an unknown user", frame("A", block(b"nobody") + bytes(64))),
        ("a name that is none", frame("A", block(b"../../x") + bytes(64))),
        ("a frame that is too long", struct.pack(">IB", 0x7fffffff, ord("A"))),
        ("an empty frame", struct.pack(">IB", 0, ord("A"))),
        ("nonsense", bytes(range(256)) * 8)]:
    s = connect()
    read_frame(s)
    s.sendall(sent)
    kind, body = read_frame(s)
    while kind is not None and kind != "E":
        kind, body = read_frame(s)
    check(kind is None or b"rule" in body, f"{name}: answered")
    s.close()
halves = [connect() for _ in range(80)]     # more than it has room for, and all of them silent
run("status")
for s in halves:
    s.close()
run("status")

# --- kill -9: what was acknowledged is there, and the next one goes on -----------------------------------------------
done = []


def work():
    i = 0
    while True:
        f = manifest(f"kill{i}.csv", [(f"Kill Number{i}", "1999-01-01")])
        r = subprocess.run([ENTENTE, "screen", f, "--json"], capture_output=True)
        if r.returncode != 0:
            return
        done.append(json.loads(r.stdout.splitlines()[-1])["summary"]["manifest"])
        i += 1


t = threading.Thread(target=work, daemon=True)
t.start()
time.sleep(1.0)
stop(p, signal.SIGKILL)
deadline = time.monotonic() + 60     # commands go on directly now: the lock went with the process
n = len(done)
while len(done) < n + 2 and time.monotonic() < deadline and t.is_alive():
    time.sleep(0.1)
check(len(done) > 0, "nothing was done before the kill")
p = serve()                          # takes over between two commands, beside a socket that was left behind
time.sleep(0.5)
stop(p)
acknowledged = set(done)             # the work goes on meanwhile
with sqlite3.connect(f"file:{node}/entente.db?mode=ro", uri=True) as db:
    kept = {m for (m,) in db.execute("SELECT id FROM manifests")}
    check(db.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "the store is damaged")
check(acknowledged <= kept, "an acknowledged manifest is gone")
t_end = time.monotonic() + 60
os.rename(f"{node}/keys/anna.key", f"{node}/keys/away")   # the worker's next command fails, and it ends
t.join(60)
os.rename(f"{node}/keys/away", f"{node}/keys/anna.key")
check(not t.is_alive(), "the worker hangs")
check(not os.path.exists(f"{node}/serve.sock"), "a clean stop leaves its socket")
seqs = [s for s, _ in events()]
check(seqs == list(range(1, len(seqs) + 1)), "the log has a gap after the kill")

# --- a copy beside the server, no restore under it; and commands at once without a server ---------------------------------
p = serve()
run("backup", os.path.join(top.name, "copy.db"))
run("restore", os.path.join(top.name, "copy.db"), code=8)
check(stop(p) == 0, "no clean stop")
before = rows("status")[0]["manifests"]
files = [manifest(f"direct{i}.csv", [(f"Direct Number{i}", "1999-09-09")]) for i in range(6)]
running = [subprocess.Popen([ENTENTE, "screen", f], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for f in files]
check(all(r.wait(60) == 0 for r in running), "commands at once did not wait for each other")
check(rows("status")[0]["manifests"] == before + 6, "commands at once were lost or doubled")

# --- another account of the system: its own key, the socket as its only way in, and bound to its account ---------------
if os.getuid() == 0:
    other = 65534
    keys = os.path.join(top.name, "keys")
    os.mkdir(keys)
    os.chmod(top.name, 0o755)
    public = rows("key", "new", "gustav", "--keys", keys)[0]["public_key"]
    for path in (keys, os.path.join(keys, "gustav.key")):
        os.chown(path, other, other)
    rows("user", "add", "gustav", "--role", "officer", "--public-key", public, "--unix", str(other))
    os.chown(node, 0, other)
    os.chmod(node, 0o750)
    p = subprocess.Popen([ENTENTE, "serve", "--group"], stderr=subprocess.PIPE)
    while b"ready" not in p.stderr.readline():
        pass
    os.chown(f"{node}/serve.sock", 0, other)
    as_other = dict(user=other, group=other, extra_groups=[], capture_output=True,
                    env=dict(os.environ, ENTENTE_KEYS=keys, ENTENTE_USER="gustav"))
    q = subprocess.run([ENTENTE, "hit", "list", "--json"], **as_other)
    check(q.returncode == 0 and q.stdout, f"another account cannot act: {q.stderr.decode()}")
    q = subprocess.run([ENTENTE, "screen", first, "--json"], **as_other)
    check(q.returncode == 0, f"another account's file is not taken: {q.stderr.decode()}")
    with open(os.path.join(keys, "gustav.key"), "rb") as a, open(f"{node}/keys/gustav.key", "wb") as b:
        b.write(a.read())
    os.chmod(f"{node}/keys/gustav.key", 0o600)
    q = run("hit", "list", code=3, user="gustav")
    check(b"another account" in q.stderr, "a key is good in another account than its person's")
    check(stop(p) == 0, "no clean stop")

# --- the lock: a command waits for another one, and does not wait for ever --------------------------------------------
p = serve()
check(stop(p, signal.SIGINT) == 0, "an interrupt is no clean stop")
run("status")
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
