#include "cmd/pages.h"

const struct en_topic en_topics[] = {
    { "exit-codes", "what the exit code of a command means",
      "0   done, with hits or without\n"
      "1   the answer is no, or some of the input was refused\n"
      "2   the command line is wrong\n"
      "3   refused by a rule\n"
      "4   waits for a second signature\n"
      "5   not found, or not visible to this person\n"
      "6   a partner or the network\n"
      "7   integrity: a signature, a hash or the ledger does not hold\n"
      "8   busy: another process or act is in the way\n"
      "9   storage: disk full, read-only, a failed write\n"
      "70  a fault of this program\n" },
    { "environment", "the environment variables that are read",
      "ENTENTE_NODE    the node's folder, when --node is not given\n"
      "ENTENTE_USER    the person who acts, when --user is not given\n"
      "ENTENTE_PURPOSE what it is read for, when --purpose is not given\n"
      "ENTENTE_KEYS    the folder of the person's key, when it is not the node's keys\n"
      "ENTENTE_PASSPHRASE_FILE  the file with the passphrase of the node's own keys\n"
      "ENTENTE_REHEARSAL_NOW  in a rehearsal node, the time to act at: 2026-11-24T08:00:00Z\n"
      "ENTENTE_KEYS    the folder with the key files of the account, when they are not in the node\n"
      "ENTENTE_REHEARSAL_NOW  the time to act at, in a rehearsal node only\n"
      "NO_COLOR        not empty: no colours\n"
      "CLICOLOR_FORCE  not empty and not 0: colours even when the output is no terminal\n"
      "TERM            \"dumb\": no colours\n" },
    { "output", "what goes where",
      "Data goes to standard output, talk to standard error. With --json a list is one JSON value a line\n"
      "(NDJSON) and a single thing is one JSON object; docs/formats/json.md gives every member.\n"
      "Tables are aligned at a terminal and tab-separated without a heading when piped.\n"
      "A file named - is standard input. Progress is shown at a terminal only.\n" },
    { NULL, NULL, NULL },
};
