#include "cli/dispatch.h"

int main(int argc, char **argv)
{
    return plim_cli_main(argc, argv);
}
