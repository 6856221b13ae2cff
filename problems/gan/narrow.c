/* SPDX-License-Identifier: MIT */
#include "narrow.h"

#include <dnnl.h>
#include <stdlib.h>
#include <string.h>

#include "levels.h"
#include "../openmp.h"

struct narrow {
  size_t height, width, few, many, kernel;
  size_t rows;     /* window times few */
  int threads;     /* that work here: each has a room of its own */
  float *weights;  /* rows x many */
  float *room;     /* a thread's: rows planes of pixels, `few` planes, gradient of weights */
  size_t distance; /* between rooms */
};

bool narrow_pays(size_t few, size_t many, size_t kernel) {
  return few <= 4 && many >= 16 && kernel > 1;
}

static float *room_of(const narrow *self, int thread) {
  return self->room + (size_t)thread * self->distance;
}

narrow *narrow_new(size_t height, size_t width, size_t few, size_t many, size_t kernel) {
  narrow *self = calloc(1, sizeof *self);
  if (!self) {
    return NULL;
  }
  const size_t rows = kernel * kernel * few, pixels = height * width;
  *self = (narrow){height, width, few, many, kernel, rows, omp_get_max_threads(), NULL, NULL, 0};
  self->distance = (rows * pixels + few * pixels + rows * many + 15) / 16 * 16;
  self->weights = malloc(rows * many * sizeof(float));
  self->room = aligned_alloc(64, (size_t)self->threads * self->distance * sizeof(float));
  if (!self->weights || !self->room) {
    narrow_free(self);
    return NULL;
  }
  return self;
}

void narrow_free(narrow *self) {
  if (self) {
    free(self->weights);
    free(self->room);
    free(self);
  }
}

void narrow_load(narrow *self, const float *weights, bool backwards) {
  const size_t window = self->kernel * self->kernel, few = self->few, many = self->many;
  for (size_t place = 0; place < window; place++) {
    for (size_t f = 0; f < few; f++) {
      for (size_t m = 0; m < many; m++) {
        self->weights[(place * few + f) * many + m] =
            backwards ? weights[(m * few + f) * window + window - 1 - place]
                      : weights[(f * many + m) * window + place];
      }
    }
  }
}

/* Which of `length` pixels have a neighbour at a distance: from *begin, *count of them. */
static void inside(size_t length, size_t kernel, size_t place, size_t *begin, size_t *count) {
  const size_t before = kernel / 2;
  *begin = place < before ? before - place : 0;
  const size_t after = place > before ? place - before : 0;
  *count = length > *begin + after ? length - *begin - after : 0;
}

/* few(y, x) <- sum over places (r, s) of the window of wide(r, s)(y + r - k/2, x + s - k/2) */
GAN_LEVELS static void gather(const narrow *n, const float *wide, const float *bias, float *few) {
  const size_t pixels = n->height * n->width, before = n->kernel / 2;
  for (size_t i = 0; i < n->few * pixels; i++) {
    few[i] = bias ? bias[i / pixels] : 0;
  }
  for (size_t row = 0; row < n->rows; row++) {
    const size_t r = row / n->few / n->kernel, s = row / n->few % n->kernel;
    size_t top, height, left, width;
    inside(n->height, n->kernel, r, &top, &height);
    inside(n->width, n->kernel, s, &left, &width);
    for (size_t y = top; y < top + height; y++) {
      float *to = few + row % n->few * pixels + y * n->width + left;
      const float *from = wide + row * pixels + (y + r - before) * n->width + left + s - before;
      for (size_t x = 0; x < width; x++) {
        to[x] += from[x];
      }
    }
  }
}

/* The adjoint. */
GAN_LEVELS static void spread(const narrow *n, const float *few, float *wide) {
  const size_t pixels = n->height * n->width, before = n->kernel / 2;
  memset(wide, 0, n->rows * pixels * sizeof *wide);
  for (size_t row = 0; row < n->rows; row++) {
    const size_t r = row / n->few / n->kernel, s = row / n->few % n->kernel;
    size_t top, height, left, width;
    inside(n->height, n->kernel, r, &top, &height);
    inside(n->width, n->kernel, s, &left, &width);
    for (size_t y = top; y < top + height; y++) {
      const float *from = few + row % n->few * pixels + y * n->width + left;
      float *to = wide + row * pixels + (y + r - before) * n->width + left + s - before;
      memcpy(to, from, width * sizeof *to);
    }
  }
}

/* Planes of channels to channels side by side, or back. */
static void transpose(size_t rows, size_t columns, const float *from, float *to) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      to[j * rows + i] = from[i * columns + j];
    }
  }
}

void narrow_forward(narrow *self, size_t batch, const float *many, const float *bias, float *few) {
  const size_t pixels = self->height * self->width;
  const dnnl_dim_t rows = (dnnl_dim_t)self->rows, inner = (dnnl_dim_t)self->many, p = (dnnl_dim_t)pixels;
#pragma omp parallel for num_threads(self->threads)
  for (size_t i = 0; i < batch; i++) {
    float *wide = room_of(self, omp_get_thread_num()), *planes = wide + self->rows * pixels;
    dnnl_sgemm('N', 'T', rows, p, inner, 1, self->weights, inner, many + i * pixels * self->many, inner, 0,
               wide, p);
    gather(self, wide, bias, planes);
    transpose(self->few, pixels, planes, few + i * pixels * self->few);
  }
}

/* Adds the gradient of one thread. */
static void unload(const narrow *n, const float *gradient, float *d_weights) {
  const size_t window = n->kernel * n->kernel;
  for (size_t row = 0; row < n->rows; row++) {
    for (size_t m = 0; m < n->many; m++) {
      d_weights[(row % n->few * n->many + m) * window + row / n->few] += gradient[row * n->many + m];
    }
  }
}

static void add_sums(size_t pixels, size_t channels, const float *values, float *sum) {
  for (size_t c = 0; c < channels; c++) {
    double of_channel = 0;
    for (size_t p = 0; p < pixels; p++) {
      of_channel += values[p * channels + c];
    }
    sum[c] += (float)of_channel;
  }
}

void narrow_learn(narrow *self, size_t batch, const float *many, const float *d_few, float *d_weights,
                  float *d_bias) {
  const size_t pixels = self->height * self->width, offset = (self->rows + self->few) * pixels;
  const dnnl_dim_t rows = (dnnl_dim_t)self->rows, outer = (dnnl_dim_t)self->many, p = (dnnl_dim_t)pixels;
  for (int t = 0; t < self->threads; t++) {
    memset(room_of(self, t) + offset, 0, self->rows * self->many * sizeof(float));
  }
#pragma omp parallel for schedule(static) num_threads(self->threads)
  for (size_t i = 0; i < batch; i++) {
    float *wide = room_of(self, omp_get_thread_num()), *planes = wide + self->rows * pixels;
    transpose(pixels, self->few, d_few + i * pixels * self->few, planes);
    spread(self, planes, wide);
    dnnl_sgemm('N', 'N', rows, outer, p, 1, wide, p, many + i * pixels * self->many, outer, 1, wide + offset,
               outer);
  }
  for (int t = 0; t < self->threads; t++) {
    unload(self, room_of(self, t) + offset, d_weights);
  }
  add_sums(batch * pixels, self->few, d_few, d_bias);
}
