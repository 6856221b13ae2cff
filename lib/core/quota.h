/* SPDX-License-Identifier: MIT */
#ifndef LERP_CORE_QUOTA_H
#define LERP_CORE_QUOTA_H

/* CPUs that the control groups over this process allow, as a number of full CPUs: the smallest quota between
 * its own group and the root, of version 2 or of version 1's cpu controller; 0: no quota. `root` goes before
 * /proc and /sys: "" for the running system. */
double lerp_cgroup_quota(const char *root);

#endif
