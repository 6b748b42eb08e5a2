#!/usr/bin/env python3
"""Writes examples/manifests: the travellers of the cast (tools/make_examples.py) among ordinary ones.

Everyone is invented, and so are carriers (XN), places and states (user-assigned codes). With --check only compares.
"""
import csv
import io
import os
import sys

from make_examples import TRAVELLERS

# Ordinary travellers, listed nowhere: family, given, birth date, state, sex, document.
ORDINARY_PAXLST = [
    ("HALVERSTADT", "JONAS EMIL", "1979-04-22", "XAA", "M", "AD2210347"),
    ("HALVERSTADT", "INGRID", "1981-12-05", "XAA", "F", "AD2210348"),
    ("HALVERSTADT", "ELLA", "2014-06-30", "XAA", "F", "AD2210350"),
    ("ALRASHEEDI", "FAISAL MUBARAK", "1968-09-14", "XBB", "M", "K5120033"),
    ("ALRASHEEDI", "HUDA SALEM", "1972-01-27", "XBB", "F", "K5120034"),
    ("NOVOSELTSEVA", "DARIA PAVLOVNA", "1995-03-08", "XDD", "F", "73 5520114"),
    ("BARANOVSKIKH", "GLEB", "1987-07-19", "XDD", "M", "73 5520890"),
    ("MIRZAKHANLOU", "SHIRIN", "1990-05-01", "XEE", "F", "E77120845"),
    ("MIRZAKHANLOU", "DARIUSH", "1985-10-11", "XEE", "M", "E77120846"),
    ("QIANMO", "RUOLAN", "1998-02-20", "XGG", "F", "G60117725"),
    ("TIANSHI", "HAOYU", "1975-08-08", "XGG", "M", "G60117726"),
    ("OYELARANWO", "BABATUNDE", "1983-11-03", "XFF", "M", "F2210983"),
    ("OYELARANWO", "ADESUWA GRACE", "1986-04-17", "XFF", "F", "F2210984"),
    ("DELACROISETTE", "MARGUERITE ANNE", "1958-06-25", "XAA", "F", "AD3398120"),
    ("KOWALCZEWSKI", "PAWEL", "1992-09-30", "XAA", "M", "AD4410227"),
    ("SANTAMARINHO", "BEATRIZ", "2000-12-12", "XAA", "F", "AD5512388"),
    ("YUSUFZADA", "MARYAM", "1993-03-21", "XEE", "F", "E80031172"),
    ("KARIMOGLU", "HASAN", "1976-05-16", "XFF", "M", "F3345001"),
    ("OZDAMAROGLU", "RUSLANA", "1991-06-05", "XFF", "F", "F3345777"),
    ("BENSALEMI", "NABIL", "1999-08-02", "XBB", "M", "K6010542"),
    ("IBRAHIMSSON", "MUSA", "1970-02-28", "XAA", "M", "AD6613399"),
    ("TARKHUNOVSKY", "LEV", "1964-01-15", "XDD", "M", "70 1187321"),
    ("PARKHURSTON", "WILLIAM", "1989-10-23", "XAA", "M", "AD7710034"),
    ("ALHASSANEIN", "YUSUF KARIM", "1994-08-02", "XBB", "M", "K7788120"),
    ("FERNHOLTZER", "ANNA LENA", "1993-08-28", "XAA", "F", "AD8812001"),
    ("MBEKITHANI", "SIPHO", "1980-07-07", "XFF", "M", "F4456129"),
]
CREW = [
    ("LINDQVARNER", "OSKAR", "1974-03-02", "XAA", "M", "AC1002331"),
    ("AMARANTEZ", "LUCIA", "1988-11-21", "XAA", "F", "AC1002332"),
    ("SHEVRANOV", "TIMUR", "1990-04-04", "XDD", "M", "75 2210045"),
    ("ALKHATIBI", "NOUR", "1996-09-09", "XBB", "F", "K8890012"),
]
ORDINARY_MRZ = [
    # format, family, given, birth (YYMMDD), state, sex, document, optional data
    ("TD3", "WESTERLINDHOLM", "KARIN ELISABET", "650412", "XAA", "F", "AC9911207", "650412-1234"),
    ("TD1", "OKONKWO FAIRBRIDGE", "CHIDI", "911130", "XFF", "M", "F55120987", ""),
    ("TD1", "ALMANSOURIYE", "SALMA", "030218", "XBB", "F", "BB001234567", ""),  # a number of more than nine characters
    ("TD2", "RADOSLAVSKY", "MILAN", "720630", "XDD", "M", "D70011223", ""),
    ("TD3", "SUPARNOTO", "", "85<<<<", "XGG", "M", "G70010045", ""),            # one name, only the year known
    ("TD3", "VANDENBERGHOVEN WITTELSBURGER", "MAXIMILIAN ALEXANDER", "550101", "XAA", "M", "AC9911990", ""),
    ("MRVA", "CHANDRASEKHARAN", "PRIYA", "940519", "XGG", "F", "V12003456", ""),
    ("TD3", "IVANTSOVSKAYA", "POLINA", "990807", "XDD", "F", "738812034", ""),
    ("TD3", "TEMIRKHANOV", "RUSTAM", "010228", "XDD", "M", "738812999", ""),
]
WRONG_DIGIT = "IVANTSOVSKAYA"  # one character of this document's number is misread
ORDINARY_CSV = [
    ("Greta Solveig Nordahlsen", "1986-01-09", "XAA", "F", "AE1100223"),
    ("Павел Андреевич Громовский", "1978-05-23", "XDD", "M", "76 0011223"),
    ("Анна Звягинцева-Лоза", "2001-10-10", "XDD", "F", ""),
    ("سلمى خالد المرواني", "1995-07-14", "XBB", "F", "K9012200"),
    ("عمر حسين الدوسرية", "1982", "XBB", "M", ""),
    ("پریسا جهانگردی", "1989-11", "XEE", "F", "E90110022"),
    ("陆清扬", "1997-03-03", "XGG", "F", "G80012345"),
    ("한도현우", "1984-06-18", "XGG", "M", ""),
    ("Δημήτρης Ανεμογιάννης", "1971-12-24", "XAA", "M", "AE2200334"),
    ("Tomás Ibarrondo Luz", "1990-08-15", "XAA", "M", "AE3300445"),
    ("Chiamaka Obiageli Ndubuisike", "1993-04-29", "XFF", "F", "F6600112"),
    ("Emre Karadenizoğlu", "1988-02-02", "XFF", "M", ""),
    ("Nguyễn Thảo Minhvy", "1999-09-19", "XGG", "F", "G80055667"),
    ("Rahim Shahvardian", "1960", "XEE", "M", "E91220033"),
    ("Ada Wintergreen", "", "XAA", "F", "AE4400556"),
    ("Jean-Luc Saint-Amandier", "1967-07-31", "XAA", "M", "AE5500667"),
    ("Stanislav Shukarov", "1984-12-05", "XDD", "M", "76 2233445"),
    ("Amina Barzani-Holt", "1994-01-06", "XAA", "F", "AE6600778"),
]


def doc(number):
    return number.replace(" ", "")


def ymd(date):
    return date[2:4] + date[5:7] + date[8:10]


# --- PAXLST ---------------------------------------------------------------------------------------------------------

def nad(code, family, given, born, state, sex, number, n, typed):
    rows = ["NAD+%s+++%s:%s'" % (code, family, given), "ATT+2++%s'" % sex, "DTM+329:%s'" % ymd(born),
            "GEI+4+%s'" % ("174" if typed else "173"), "LOC+178+XQB'", "LOC+179+XQA'", "NAT+2+%s'" % state,
            "RFF+AVF:XN%04d'" % (7000 + n // 2), "RFF+ABO:XN204-%03d'" % n, "RFF+SEA:%02d%s'" % (n // 6 + 1, "ABCDEF"[n % 6])]
    if number:
        rows += ["DOC+P:110:111+%s'" % doc(number), "DTM+36:%02d0630'" % (27 + n % 9), "LOC+91+%s'" % state]
    return rows


def message(reference, part, last, function, code, people, first):
    rows = ["UNH+%s+PAXLST:D:05B:UN:IATA+XN204/261124/0815+%02d:%s'" % (reference, part, "F" if last else "C"),
            "BGM+%s'" % function, "NAD+MS+++EXAMPLE AIR?, EVERYONE HERE IS INVENTED'", "COM+555 0100:TE'",
            "TDT+20+XN204+++XN'", "LOC+125+XQB'", "DTM+189:2611240815:201'", "LOC+87+XQA'", "DTM+232:2611241140:201'"]
    for i, p in enumerate(people):
        rows += nad(code, *p, first + i, typed=(first + i) % 7 == 3)
    rows.append("CNT+%s:%d'" % ("41" if code == "FM" else "42", len(people)))
    return rows + ["UNT+%d+%s'" % (len(rows) + 1, reference)]


MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


def ddmmmyy(date):
    year, month, day = date.split("-")
    return day + MONTHS[int(month) - 1] + year[2:]


def booked(p, n, first):
    """A passenger of a booking: the name cut and with its title glued on, and the document for two of three."""
    family, given, born, state, sex, number = p[:6]
    title = "MR" if sex == "M" else "MRS"
    rows = ["TIF+%s+%s%s:A:%d'" % (family, given.replace(" ", "") if n % 2 else given.split()[0], title, n - first + 1),
            "FTI+XN:%d'" % (88000 + n), "REF+:XN204-%03d'" % n]
    if number and n % 3:
        rows.append("SSR+DOCS:HK:1:XN:::::/P/%s/%s/%s/%s/%s/30JUN%02d/%s/%s+::%d'" % (
            state, doc(number).replace(" ", ""), state, ddmmmyy(born), sex, 27 + n % 9, family, given.replace(" ", "/", 1),
            n - first + 1))
    if n == 3:
        rows.append("SSR+DOCO:HK:1:XN:::::/PORT SELDA/R/7654321///XAA+::%d'" % (n - first + 1))
    return rows


def bookings(people):
    """The bookings behind the passengers of xn204.edi: two of them share one."""
    groups = {}
    for i, p in enumerate(people):
        groups.setdefault((i + 1) // 2, []).append((i + 1, p))
    body = []
    for key, group in groups.items():
        body += ["SRC'", "RCI+XN:XN%04d::011126:0900'" % (7000 + key), "DAT+700:231126:2000'", "ORG+XN:XQB'",
                 "ADD++700:%d INVENTED STREET:PORT SELDA:::XAA'" % key]
        for n, p in group:
            body += booked(p, n, group[0][0])
        body += ["TKT+555%010d:T:1'" % key, "FOP+CA::100.00'", "TVL+241126:0815:241126:1140+XQB+XQA+XN+0204:Y'",
                 "RPI+%d+HK'" % len(group), "APD+320'", "TVL+011226:1930:011226:2245+XQA+XQB+XN+0205:Y'",
                 "RPI+%d+HK'" % len(group)]
    head = ["UNH+1+PNRGOV:13:1:IA+XN204/241126/0815'", "MSG+:22'", "ORG+XN:XQB'",
            "TVL+241126:0815:241126:1140+XQB+XQA+XN+0204'", "EQN+%d'" % len(groups)]
    rows = ["UNB+IATA:1+XN+XAA+261121:0815+XN204B'", "UNG+PNRGOV+XN+XAA+261121:0815+1+IA+13:1'"] + head + body
    return "\r\n".join(rows + ["UNT+%d+1'" % (len(head) + len(body) + 1), "UNE+1+1'", "UNZ+1+XN204B'"]) + "\r\n"


def passengers():
    cast = [(*name.split("/"), born, state, sex, number, key)
            for m, name, born, state, sex, number, key, _ in TRAVELLERS if m == "paxlst"]
    people = [(*p, "-") for p in ORDINARY_PAXLST]
    for i, p in enumerate(cast):
        people.insert(3 * i + 1, p)
    return people


def paxlst(expected):
    people = passengers()
    for i, p in enumerate(people):
        expected.append(("xn204.edi", "XN204-%03d" % (i + 1), p[1] + " " + p[0], p[6]))
    for i, p in enumerate(CREW):
        expected.append(("xn204.edi", "XN204-%03d" % (900 + i), p[1] + " " + p[0], "-"))
    half = len(people) // 2
    rows = ["UNA:+.? '", "UNB+UNOA:4+EXAMPLEAIR:ZZ+XAAGOV:ZZ+261123:2100+XN20401++APIS'",
            "UNG+PAXLST+EXAMPLEAIR:ZZ+XAAGOV:ZZ+261123:2100+1+UN+D:05B'"]
    rows += message("PAX001", 1, False, "745", "FL", [p[:6] for p in people[:half]], 1)
    rows += message("PAX002", 2, True, "745", "FL", [p[:6] for p in people[half:]], half + 1)
    rows += message("CRW001", 1, True, "250+C", "FM", CREW, 900)
    rows += ["UNE+3+1'", "UNZ+1+XN20401'"]
    return "QD XAAGOVX\r\n.HDQXNXN 232100\r\n" + "\r\n".join(rows) + "\r\n"


# --- machine readable zones -----------------------------------------------------------------------------------------

def digit(text):
    total = 0
    for i, c in enumerate(text):
        value = int(c) if c.isdigit() else ord(c) - 55 if c.isalpha() else 0
        total += value * (7, 3, 1)[i % 3]
    return str(total % 10)


def checked(text):
    return text + digit(text)


def fill(text, n):
    return text.replace(" ", "<").replace("-", "")[:n].ljust(n, "<")


def zone(kind, family, given, born, state, sex, number, optional):
    name = family + ("<<" + given if given else "")
    number, expiry = doc(number), "310715"
    if kind == "TD1":
        if len(number) > 9:
            rest = number[9:] + digit(number)
            one = "I<" + state + number[:9] + "<" + fill(rest, 15)
        else:
            one = "I<" + state + checked(fill(number, 9)) + fill(optional, 15)
        two = checked(born) + sex + checked(expiry) + state + "<" * 11
        return [one, two + digit(one[5:30] + two[:7] + two[8:15] + two[18:29]), fill(name, 30)]
    two = checked(fill(number, 9)) + state + checked(born) + sex + checked(expiry)
    if kind == "TD2":
        two += "<" * 7
        return ["I<" + state + fill(name, 31), two + digit(two[:10] + two[13:20] + two[21:35])]
    if kind == "MRVA":
        return ["V<" + state + fill(name, 39), two + "<" * 16]
    personal = fill(optional, 14)
    two += checked(personal) if optional else personal + "<"
    return ["P<" + state + fill(name, 39), two + digit(two[:10] + two[13:20] + two[21:43])]


def mrz(expected):
    people = [("TD3", *name.split("<<"), ymd(born), state, sex, number, "", key)
              for m, name, born, state, sex, number, key, _ in TRAVELLERS if m == "mrz"]
    for i, p in enumerate(ORDINARY_MRZ):
        people.insert(2 * i, (*p, "-"))
    text = "Gate XQ-7, evening shift. Documents of invented people of invented states.\n\n"
    for i, p in enumerate(people):
        lines = zone(*p[:8])
        if p[1] == WRONG_DIGIT:
            lines[1] = lines[1].replace("738812034", "738B12034")
        text += "\n".join(lines) + "\n\n"
        expected.append(("gate.mrz", "M1-P%d" % (i + 1), (p[2] + " " + p[1]).replace("<", " ").strip(), p[8]))
    return text


# --- CSV ------------------------------------------------------------------------------------------------------------

def table(expected):
    people = [p[1:7] for p in TRAVELLERS if p[0] == "csv"]
    for i, p in enumerate(ORDINARY_CSV):
        people.insert(2 * i + 1, (*p, "-"))
    out = io.StringIO()
    w = csv.writer(out, lineterminator="\n")
    w.writerow(["id", "name", "birth_date", "nationality", "sex", "document_type", "document_number", "document_issuer",
                "flight", "remark"])
    for i, (name, born, state, sex, number, key) in enumerate(people):
        kind = "passport" if number else ""
        w.writerow(["F-%03d" % (i + 1), name, born, state, sex, kind, doc(number), state if number else "", "XN881",
                    "fictional"])
        expected.append(("ferry.csv", "F-%03d" % (i + 1), name, key))
    return out.getvalue()


def main():
    expected = []
    files = {"xn204.edi": paxlst(expected), "gate.mrz": mrz(expected), "ferry.csv": table(expected),
             "xn204-bookings.edi": bookings(passengers())}
    files["EXPECTED.tsv"] = "file\ttraveller\tname\tis\n" + "".join("\t".join(row) + "\n" for row in expected)
    stale = []
    for name, text in files.items():
        path = os.path.join("examples/manifests", name)
        old = open(path, encoding="utf-8", newline="").read() if os.path.exists(path) else None
        if old == text:
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as f:
                f.write(text)
    if "--check" in sys.argv and stale:
        sys.exit("not as tools/make_manifests.py writes them: " + ", ".join(stale))


if __name__ == "__main__":
    main()
