/* SPDX-License-Identifier: MIT */
/* Whether a solve still moves: residual and norm say so at nearly every check, and where they repeat, a hash of all that
 * an iteration could have changed. */
#include "member.h"

#include <string.h>

/* A number that changes when any of the bytes does. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size) {
  for (size_t i = 0; i + 8 <= size; i += 8) {
    uint64_t word;
    memcpy(&word, (const char *)bytes + i, 8);
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    hash ^= hash >> 32;
  }
  return hash;
}

/* Of the state and of the range of every work vector. */
static double hash_range(const lerp_member *m) {
  const lerp_solver *solver = m->solver;
  uint64_t hash = hash_bytes(0, m->state, solver->state_size);
  for (size_t i = 0; i <= solver->work_count; i++) {
    const double *v = i == 0 ? m->iterate[KEPT] : solver->work[i - 1];
    for (int part = 0; part < LERP_PARTS; part++) {
      const size_t begin = m->step.range.begin[part];
      hash = hash_bytes(hash, v + solver->layout.offset[part] + begin,
                        (m->step.range.end[part] - begin) * sizeof(double));
    }
  }
  return (double)(hash >> 12); /* exact in a double */
}

/* The member's hash is the value of its first block, 0 that of the others. */
typedef struct placing {
  const lerp_layout *layout;
  double *row, hash;
} placing;

static void place_hash(void *argument, int part, size_t begin, size_t length) {
  placing *p = argument;
  (void)length;
  p->row[lerp_block_index(p->layout, part, begin)] = p->hash;
  p->hash = 0;
}

/* Two earlier hashes are kept because a method may swap two vectors each iteration. */
bool lerp_stalled(lerp_member *m, const double *probed) {
  if (memcmp(probed, m->previous, sizeof m->previous) != 0) {
    return false;
  }
  placing here = {&m->solver->layout, lerp_sum_row(&m->probes, 0), hash_range(m)};
  lerp_for_blocks(&m->step.range, place_hash, &here);
  double hash;
  m->team->sum(m->team, &m->probes, 1, &hash, NULL);
  const bool unchanged = hash == m->hashes[0] || hash == m->hashes[1];
  m->hashes[1] = m->hashes[0];
  m->hashes[0] = hash;
  return unchanged;
}
