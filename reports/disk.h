/* SPDX-License-Identifier: MIT */
/* Where a file lies. */
#ifndef LERP_DISK_H
#define LERP_DISK_H

#include <stdbool.h>

/* Whether other machines may have the file open, too: it lies on a disk of the network, or on one of which that is not
 * known. */
bool disk_is_shared(const char *path);

#endif
