#!/usr/bin/env python3
"""src/formats/grounds.tsv -> a C table. Usage: gen_grounds.py grounds.tsv grounds_table.h

Fails on a row that is not four fields, on an unknown format or ground, and on a repeated programme.
"""
import sys

FORMATS = {
    "*": "EN_LIST_UNKNOWN", "un-xml": "EN_LIST_UN_XML", "ofac-sdn": "EN_LIST_OFAC_SDN", "ftm": "EN_LIST_FTM",
    "csv": "EN_LIST_CSV", "jsonl": "EN_LIST_JSONL",
    "uk-csv": "EN_LIST_UK_CSV", "eu": "EN_LIST_EU_CSV", "documents": "EN_LIST_DOCUMENTS",
}
GROUNDS = {
    "unsc-1267": "EN_GROUND_UNSC_1267", "unsc-1988": "EN_GROUND_UNSC_1988", "unsc-1373": "EN_GROUND_UNSC_1373",
    "unsc-2178": "EN_GROUND_UNSC_2178", "terrorism-law": "EN_GROUND_TERRORISM_LAW",
}


def rows(path):
    seen = set()
    with open(path, encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            fields = line.split("\t")
            if len(fields) != 4 or fields[0] not in FORMATS or fields[2] not in GROUNDS:
                sys.exit(f"{path}:{n}: a row is format, programme, ground, instrument")
            key = (fields[0], fields[1].lower())
            if key in seen:
                sys.exit(f"{path}:{n}: repeated")
            seen.add(key)
            yield fields


def main():
    source, target = sys.argv[1:]
    with open(target, "w", encoding="utf-8") as out:
        out.write("/* Made by tools/gen_grounds.py from src/formats/grounds.tsv. */\n")
        for fmt, programme, ground, _ in rows(source):
            quoted = programme.replace("\\", "\\\\").replace('"', '\\"')
            out.write(f'{{ {FORMATS[fmt]}, "{quoted}", {GROUNDS[ground]} }},\n')


main()
