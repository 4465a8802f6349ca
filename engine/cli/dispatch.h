/* From the words of a command line to the command. */
#ifndef PLIM_CLI_DISPATCH_H
#define PLIM_CLI_DISPATCH_H

/* Runs the program; returns its exit code (docs/formats.md). */
int plim_cli_main(int argc, char **argv);

#endif
