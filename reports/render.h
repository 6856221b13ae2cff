/* SPDX-License-Identifier: MIT */
#ifndef LERP_RENDER_H
#define LERP_RENDER_H

/* lerp-report render: argv[0] is the name of the program and of the sub-command. Returns an exit code. */
int render_main(int argc, char **argv);

#endif
