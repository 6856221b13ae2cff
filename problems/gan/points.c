/* SPDX-License-Identifier: MIT */
#include "data.h"
#include "normal.h"

#include <lerp/random.h>

#include <math.h>
#include <stdlib.h>

/* Every point has three draws: its mode and its distance from the centre, in both directions. */
static void draw(const gan_data *self, uint64_t seed, uint64_t number, size_t batch, float *items) {
  const gan_points *points = (const gan_points *)self;
  const uint64_t modes = lerp_random_bits(seed, number, UINT64_MAX);
  gan_normals(seed, number, 2 * batch, items);
  for (size_t i = 0; i < batch; i++) {
    const double *centre = points->centre[lerp_random_index(modes, number, i, points->modes)];
    for (size_t j = 0; j < 2; j++) {
      items[2 * i + j] = (float)(centre[j] + points->deviation * items[2 * i + j]);
    }
  }
}

static void release(gan_data *self) {
  free(self);
}

static const gan_data_kind ring = {"ring", draw, release}, grid = {"grid", draw, release};

static gan_points *make(const gan_data_kind *kind, size_t modes) {
  gan_points *made = malloc(sizeof *made);
  if (made) {
    *made = (gan_points){.head = {kind, layer_vector(2)}, .modes = modes, .deviation = 0.05};
  }
  return made;
}

gan_data *gan_data_ring(void) {
  enum { MODES = 8 };
  gan_points *made = make(&ring, MODES);
  for (size_t i = 0; made && i < MODES; i++) {
    made->centre[i][0] = 2 * cos(2 * M_PI * (double)i / MODES);
    made->centre[i][1] = 2 * sin(2 * M_PI * (double)i / MODES);
  }
  return made ? &made->head : NULL;
}

gan_data *gan_data_grid(void) {
  enum { SIDE = 5 };
  gan_points *made = make(&grid, SIDE * SIDE);
  for (size_t i = 0; made && i < SIDE * SIDE; i++) {
    made->centre[i][0] = (double)(i % SIDE) - SIDE / 2;
    made->centre[i][1] = (double)(i / SIDE) - SIDE / 2;
  }
  return made ? &made->head : NULL;
}

const gan_points *gan_data_points(const gan_data *data) {
  return data->kind == &ring || data->kind == &grid ? (const gan_points *)data : NULL;
}

void gan_data_free(gan_data *data) {
  if (data) {
    data->kind->free(data);
  }
}
