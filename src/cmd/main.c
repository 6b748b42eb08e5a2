#include "cmd/cmd.h"

int
main(int argc, char **argv)
{
    return en_cmd_main(argc, argv);
}
