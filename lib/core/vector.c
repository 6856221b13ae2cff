/* SPDX-License-Identifier: MIT */
#include <lerp/vector.h>

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
  PAGE = 4096,
  HUGE_PAGE = 2 << 20,
  LINE = 64 / sizeof(double),
  /* The second part starts this much past a line boundary, so that equal indices of x and y do not meet in
   * the same cache set when the dimension is a power of two. */
  SKEW = 2 * LINE
};

static size_t round_up(size_t value, size_t unit) {
  return (value + unit - 1) / unit * unit;
}

lerp_layout lerp_layout_of(const size_t dimension[LERP_PARTS]) {
  lerp_layout layout = {.length = 0};
  for (int part = 0; part < LERP_PARTS; part++) {
    layout.dimension[part] = dimension[part];
    layout.blocks[part] = (dimension[part] + LERP_BLOCK - 1) / LERP_BLOCK;
    const bool gap = part > 0 && !lerp_is_small(dimension);
    layout.offset[part] = gap ? round_up(layout.length, LINE) + SKEW : layout.length;
    layout.length = layout.offset[part] + dimension[part];
  }
  layout.length = round_up(layout.length, LINE);
  return layout;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

lerp_range lerp_range_of(const lerp_layout *layout, int rank, int size) {
  lerp_range range;
  const size_t r = (size_t)rank, members = (size_t)size;
  for (int part = 0; part < LERP_PARTS; part++) {
    const size_t blocks = layout->blocks[part], share = blocks / members, rest = blocks % members;
    const size_t first = r * share + least(r, rest), count = share + (r < rest);
    range.begin[part] = least(first * LERP_BLOCK, layout->dimension[part]);
    range.end[part] = least((first + count) * LERP_BLOCK, layout->dimension[part]);
  }
  return range;
}

lerp_range lerp_range_all(const lerp_layout *layout) {
  return lerp_range_of(layout, 0, 1);
}

double *lerp_aligned_new(size_t count) {
  if (count > (PTRDIFF_MAX - PAGE) / sizeof(double)) { /* no object is larger */
    return NULL;
  }
  const size_t bytes = round_up(count ? count * sizeof(double) : 1, PAGE);
  double *memory = aligned_alloc(PAGE, bytes);
  if (memory && bytes >= HUGE_PAGE) {
    madvise(memory, bytes, MADV_HUGEPAGE);
  }
  return memory;
}

void lerp_aligned_free(double *memory) {
  free(memory);
}
