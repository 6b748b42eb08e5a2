#include <string.h>

#include "cmd/cmd.h"

#define EN_CMD(name) extern const struct en_cmd en_cmd_##name;
#include "cmd/commands.def"
#undef EN_CMD

#define EN_CMD(name) &en_cmd_##name,
const struct en_cmd *const en_cmds[] = {
#include "cmd/commands.def"
    NULL,
};
#undef EN_CMD

const struct en_cmd *
en_cmd_find(const char *words)
{
    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++)
        if (strcmp((*c)->words, words) == 0)
            return *c;
    return NULL;
}

bool
en_cmd_is_group(const char *words)
{
    size_t n = strlen(words);

    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++)
        if (strncmp((*c)->words, words, n) == 0 && (*c)->words[n] == ' ')
            return true;
    return false;
}
