#!/usr/bin/env python3
"""One traveller's life in a node, from the message to the deletion, in a year of virtual time, as prose.

The transcript is docs/life.md, and this test holds it to what the program does. `make life` writes it again.

usage: life.py [--write]
"""
import json
import os
import subprocess
import sys
import tempfile
import textwrap

ENTENTE = os.environ["ENTENTE_BIN"]
SOURCE = os.environ["ENTENTE_SOURCE"]
PAGE = os.path.join(SOURCE, "docs/life.md")
for name in ("ENTENTE_KEYS", "ENTENTE_REHEARSAL_NOW", "ENTENTE_USER"):
    os.environ.pop(name, None)
top = tempfile.TemporaryDirectory()
node = os.path.join(top.name, "node")
os.environ["ENTENTE_NODE"] = node
os.environ["ENTENTE_USER"] = "anna"
lines = []


def say(text=""):
    lines.extend((textwrap.wrap(text, 118) or [""]) if not text.startswith("\n") else [text])


def at(when, title=None):
    os.environ["ENTENTE_REHEARSAL_NOW"] = when
    if title:
        say(f"\n## {when[:10]}, {when[11:16]}: {title}\n")


def rows(*args, code=0, user=None):
    env = dict(os.environ, **({"ENTENTE_USER": user} if user else {}))
    p = subprocess.run([ENTENTE, *args, "--json"], capture_output=True, env=env)
    if p.returncode != code:
        sys.exit(f"entente {' '.join(args)}: exit {p.returncode}, expected {code}\n{p.stderr.decode()}")
    return [json.loads(line) for line in p.stdout.splitlines()]


asked = 0


def ask(flight, day, people):
    """A carrier's question (PAXLST), all of it fictional."""
    global asked
    asked += 1
    d = day[2:4] + day[5:7] + day[8:10]
    s = (f"UNA:+.? 'UNB+UNOA:4+XN+XAA+{d}:0800+{asked}++IAPI'UNH+{asked}+PAXLST:D:05B:UN:IATA'BGM+745'RFF+TN:T{asked}'"
         f"TDT+20+{flight}'LOC+125+AAA'DTM+189:{d}1200:201'LOC+87+BBB'DTM+232:{d}1500:201'")
    for name, birth, passport, reference, redress in people:
        s += f"NAD+FL+++{name}'DTM+329:{birth}'NAT+2+XAA'RFF+ABO:{reference}'"
        if redress:
            s += f"RFF+AEA:{redress}'"
        s += f"DOC+P+{passport}'LOC+91+XAA'"
    s += f"CNT+42:{len(people)}'UNT+9+{asked}'UNZ+1+{asked}'"
    path = os.path.join(top.name, f"{asked}.edi")
    with open(path, "w") as f:
        f.write(s)
    out = rows("screen", path)
    say(f"The carrier asks about flight {flight}. The node screens "
        f"{out[-1]['summary']['travellers']} travellers and finds {out[-1]['summary']['hits']} hits.")
    return out


outbox = os.path.join(top.name, "out")
os.mkdir(outbox)
MEANS = {"0Z": "board", "1Z": "do not board", "2Z": "wait for advice", "4Z": "data insufficient"}


def carrier():
    """Hands over what waits and says what the carrier reads."""
    rows("answer", "send", outbox)
    for name in sorted(os.listdir(outbox), key=lambda n: int(n.split("-")[1].split(".")[0])):
        path = os.path.join(outbox, name)
        text = open(path).read()
        os.remove(path)
        if name.endswith(".json"):
            notice = json.loads(text)
            say(f"The border is told: {notice['notice']}, passenger {notice['reference']} of {notice['flight']}.")
            continue
        segments = text.split("'")
        kind = next(x for x in segments if x.startswith("BGM+"))[4:]
        refs = [x[8:] for x in segments if x.startswith("RFF+ABO:")]
        codes = [x[4:] for x in segments if x.startswith("ERC+")]
        say(f"The carrier is told (CUSRES {kind}): " +
            "; ".join(f"passenger {r}: {c}, {MEANS[c]}" for r, c in zip(refs, codes)) + ".")


def held():
    s = rows("status")[0]
    say(f"The node holds {s['travellers']} travellers, {sum(s['hits'].values())} hits, {s['clearances']} remembered answers, "
        f"{s['alerts']['active']} active alerts.")
    return s


def named(word):
    data = b"".join(open(os.path.join(node, n), "rb").read() for n in os.listdir(node) if n.startswith("entente.db"))
    return word.encode() in data


say("# One traveller's life, from the message to the deletion")
say()
say("A rehearsal node of a fictional service, with fictional people, lives a year. What stands here is what the program "
    "did: `make life` runs it again and writes this page, and a test compares it.")
at("2026-01-10T08:00:00Z", "a carrier asks")
rows("init", node, "--rehearsal")
rows("user", "add", "berta", "--role", "officer")
HE = ("ALRASHIDI:YUSUF", "910403", "P1111111", "900001", None)
SHE = ("HOLM:GRETA", "011030", "P2222222", "900002", None)
ask("XN204", "2026-01-10", [HE, SHE])
carrier()
say("Nobody is listed: both board. Both stay in the node until a day after arrival, and no longer.")

at("2026-01-10T09:30:00Z", "an alert comes, and is compared with who is held")
alert = rows("alert", "new", "--name", "Yusuf al-Rashidi", "--birth-date", "1991-04-03", "--ground", "unsc-2178",
             "--destroy", "2027-01-05")[0]
say(f"A supervisor writes alert {alert['alert']}. {alert['found_later']} traveller who is held is found later.")
hit = rows("hit", "list")[0]["hit"]
say(f"Hit {hit['hit']} says why it comes now: {hit['later']['why']}, alert {hit['later']['alert']} version "
    f"{hit['later']['version']} of {hit['later']['came'][11:16]}; the traveller was first screened at "
    f"{hit['later']['first_screened'][11:16]}.")
carrier()

at("2026-01-10T09:40:00Z", "two persons look")
rows("hit", "decide", "1", "different", "--reason", "photo", "--remember", code=4)
say("The first officer finds that it is somebody else, and that this is to be remembered. That takes two: nothing changes yet.")
rows("hit", "decide", "1", "different", "--reason", "photo", "--remember", user="berta")
say("The second one, who was not shown the first answer, finds the same.")
carrier()
memory = [m for m in rows("clearance", "list") if m["what"] == "clearance"][0]
say(f"Remembered until {memory['until'][:10]}: a {memory['what']} for alert {memory['alert']}, as hashes of the evidence.")

at("2026-01-11T15:00:01Z", "a day after arrival")
held()
say("The traveller without a hit is gone. " +
    ("Her name is still in the file!" if named("GRETA") else "Her name is nowhere in the node's files."))

at("2026-02-09T09:40:01Z", "thirty days after the decision")
held()
say("The hit and its traveller are gone, the time for a complaint is over. " +
    ("His name stands in the alert alone." if not named("ALRASHIDI") else "His name is still in the file!"))

at("2026-04-02T08:00:00Z", "he flies again")
out = ask("XN208", "2026-04-02", [HE])
h = out[0]["hits"][0]
say(f"The hit is made and marked, not hidden: {h['state']}; before: {h['before'][0]['answer']} "
    f"({h['before'][0]['what']}) on {h['before'][0]['at'][:10]}.")
carrier()
number = rows("redress", "new", str(memory["memory"]))[0]
say(f"He complains that he is looked at again and again, and gets a redress number of {len(number['number'])} digits for alert "
    f"{number['alert']}, until {number['until'][:10]}.")

at("2026-07-20T08:00:00Z", "with a new passport")
NEW = ("ALRASHIDI:YUSUF", "910403", "P3333333", "900003", None)
out = ask("XN210", "2026-07-20", [NEW])
h = out[0]["hits"][0]
say(f"Without the number: {h['state']}, because {h['before'][0]['ended']['text']}.")
carrier()
at("2026-07-20T08:20:00Z", "nobody has looked for twenty minutes")
rows("status")
carrier()
at("2026-07-21T08:00:00Z", "with the number in the booking")
out = ask("XN211", "2026-07-21", [NEW[:3] + ("900004", number["number"])])
h = out[0]["hits"][0]
say(f"{h['state'].capitalize()}, by the {h['before'][0]['what']} number.")
carrier()

at("2026-09-15T08:00:00Z", "the alert says something new")
rows("alert", "edit", "1", "--birth-date", "1991-04")
out = ask("XN214", "2026-09-15", [NEW[:3] + ("900005", number["number"])])
h = out[0]["hits"][0]
say(f"The number does not answer for this any more: {h['state']}, because {h['before'][0]['ended']['text']}.")
carrier()
for hit in rows("hit", "list", "--state", "new"):
    rows("hit", "decide", str(hit["hit"]["hit"]), "different", "--reason", "photo")
carrier()

at("2027-01-05T00:00:01Z", "the alert's date of destruction")
s = held()
at("2027-01-11T08:00:00Z", "a year and a day after the first message")
rows("review", "run")
s = held()
say("Nothing but numbers is left of him" + (", and his name is in the file!" if named("ashidi") or named("ASHIDI") else
    ": the log holds that somebody was screened, decided about, answered for and deleted, and who did it, and no name."))
say(f"The log has {s['events']} events.")

text = "\n".join(lines) + "\n"
if "--write" in sys.argv:
    with open(PAGE, "w", encoding="utf-8") as f:
        f.write(text)
    print("docs/life.md")
    sys.exit(0)
same = os.path.exists(PAGE) and open(PAGE, encoding="utf-8").read() == text
if not same:
    sys.stderr.write(text)
    print("FAILED: docs/life.md is not what the program did (above); make life writes it", file=sys.stderr)
print("1 passed, 0 failed" if same else "0 passed, 1 failed")
sys.exit(not same)
