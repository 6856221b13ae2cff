/* SPDX-License-Identifier: MIT */
/* Layers against plain maps in double precision: values, and gradients against central differences of these maps. */
#include "support.h"

#include "gan/layer.h"
#include "gan/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 5 };

/* A layer and the same map written plainly. `base` are the parameters at which what is constant for the gradient was
 * computed, `kept` is what was kept before. */
typedef struct member {
  const char *name;
  layer *(*make)(void);
  void (*map)(const layer *l, const double *base, const double *parameters, const float *kept, size_t batch,
              const double *in, double *out);
  size_t kept; /* of its floats these are moved by an evaluation */
} member;

/* Layers. */

static layer *make_linear(void) {
  return layer_linear(7, 3, BATCH);
}

static void map_linear(const layer *l, const double *base, const double *parameters, const float *kept,
                       size_t batch, const double *in, double *out) {
  (void)base;
  (void)kept;
  size_t inputs = layer_size(l->in), outputs = layer_size(l->out);
  for (size_t item = 0; item < batch; item++) {
    for (size_t i = 0; i < outputs; i++) {
      double sum = parameters[inputs * outputs + i];
      for (size_t j = 0; j < inputs; j++) {
        sum += parameters[i * inputs + j] * in[item * inputs + j];
      }
      out[item * outputs + i] = sum;
    }
  }
}

static layer *make_relu(void) {
  return layer_relu((layer_shape){2, 3, 4}, 0);
}

static layer *make_leaky_relu(void) {
  return layer_relu(layer_vector(40), 0.2);
}

static layer *make_tanh(void) {
  return layer_tanh(layer_vector(40));
}

static void map_relu(const layer *l, const double *base, const double *parameters, const float *kept,
                     size_t batch, const double *in, double *out) {
  (void)base, (void)parameters, (void)kept;
  for (size_t i = 0; i < batch * layer_size(l->in); i++) {
    out[i] = fmax(in[i], 0);
  }
}

static void map_leaky_relu(const layer *l, const double *base, const double *parameters, const float *kept,
                           size_t batch, const double *in, double *out) {
  (void)base, (void)parameters, (void)kept;
  for (size_t i = 0; i < batch * layer_size(l->in); i++) {
    out[i] = in[i] > 0 ? in[i] : 0.2 * in[i];
  }
}

static void map_tanh(const layer *l, const double *base, const double *parameters, const float *kept,
                     size_t batch, const double *in, double *out) {
  (void)base, (void)parameters, (void)kept;
  for (size_t i = 0; i < batch * layer_size(l->in); i++) {
    out[i] = tanh(in[i]);
  }
}

static layer *make_spectral(void) {
  return layer_spectral(layer_linear(7, 3, BATCH), 3, 7, 2.5);
}

/* v = W'u/|W'u|, u = Wv/|Wv| */
static void power_iteration(const double *w, size_t rows, size_t columns, double *u, double *v) {
  double square = 0;
  for (size_t j = 0; j < columns; j++) {
    v[j] = 0;
    for (size_t i = 0; i < rows; i++) {
      v[j] += w[i * columns + j] * u[i];
    }
    square += v[j] * v[j];
  }
  for (size_t j = 0; j < columns; j++) {
    v[j] /= sqrt(square);
  }
  square = 0;
  for (size_t i = 0; i < rows; i++) {
    u[i] = 0;
    for (size_t j = 0; j < columns; j++) {
      u[i] += w[i * columns + j] * v[j];
    }
    square += u[i] * u[i];
  }
  for (size_t i = 0; i < rows; i++) {
    u[i] /= sqrt(square);
  }
}

static void map_spectral(const layer *l, const double *base, const double *parameters, const float *kept,
                         size_t batch, const double *in, double *out) {
  enum { ROWS = 3, COLUMNS = 7 };
  double u[ROWS], v[COLUMNS], effective[ROWS * COLUMNS + ROWS], s = 0;
  for (size_t i = 0; i < ROWS; i++) {
    u[i] = kept[i];
  }
  power_iteration(base, ROWS, COLUMNS, u, v);
  for (size_t i = 0; i < ROWS; i++) {
    for (size_t j = 0; j < COLUMNS; j++) {
      s += u[i] * parameters[i * COLUMNS + j] * v[j];
    }
  }
  for (size_t i = 0; i < ROWS * COLUMNS + ROWS; i++) {
    effective[i] = (i < ROWS * COLUMNS ? 2.5 / s : 1) * parameters[i];
  }
  map_linear(l, effective, effective, kept, batch, in, out);
}

static layer *make_convolution(void) {
  return layer_convolution((layer_shape){3, 4, 5}, 2, 3, BATCH);
}

static layer *make_to_few(void) {
  return layer_convolution((layer_shape){16, 4, 5}, 3, 3, BATCH);
}

static layer *make_from_few(void) {
  return layer_convolution((layer_shape){2, 3, 4}, 17, 3, BATCH);
}

static layer *make_pointwise(void) {
  return layer_convolution((layer_shape){3, 2, 2}, 4, 1, BATCH);
}

/* out(y, x, o) = b_o + sum over window and channels of w(o, i, r, s) in(y + r - k/2, x + s - k/2, i) */
static void convolve(const layer *l, size_t kernel, const double *w, size_t batch, const double *in,
                     double *out) {
  const size_t height = l->in.height, width = l->in.width, ins = l->in.channels, outs = l->out.channels;
  const double *b = w + outs * ins * kernel * kernel;
  for (size_t at = 0; at < batch * height * width * outs; at++) {
    const size_t o = at % outs, x = at / outs % width, y = at / outs / width % height,
                 item = at / outs / width / height;
    out[at] = b[o];
    for (size_t i = 0; i < ins; i++) {
      for (size_t r = 0; r < kernel; r++) {
        for (size_t s = 0; s < kernel; s++) {
          const size_t yy = y + r - kernel / 2, xx = x + s - kernel / 2; /* wraps around: outside */
          if (yy < height && xx < width) {
            out[at] += w[((o * ins + i) * kernel + r) * kernel + s] *
                       in[((item * height + yy) * width + xx) * ins + i];
          }
        }
      }
    }
  }
}

static void map_convolution(const layer *l, const double *base, const double *parameters, const float *kept,
                            size_t batch, const double *in, double *out) {
  (void)base, (void)kept;
  convolve(l, 3, parameters, batch, in, out);
}

static void map_pointwise(const layer *l, const double *base, const double *parameters, const float *kept,
                          size_t batch, const double *in, double *out) {
  (void)base, (void)kept;
  convolve(l, 1, parameters, batch, in, out);
}

static layer *make_batch_norm(void) {
  return layer_batch_norm((layer_shape){3, 2, 2}, BATCH);
}

static void map_batch_norm(const layer *l, const double *base, const double *parameters, const float *kept,
                           size_t batch, const double *in, double *out) {
  (void)base, (void)kept;
  const size_t channels = l->in.channels, pixels = batch * l->in.height * l->in.width;
  for (size_t c = 0; c < channels; c++) {
    double mean = 0, variance = 0;
    for (size_t p = 0; p < pixels; p++) {
      mean += in[p * channels + c] / (double)pixels;
    }
    for (size_t p = 0; p < pixels; p++) {
      variance += pow(in[p * channels + c] - mean, 2) / (double)pixels;
    }
    for (size_t p = 0; p < pixels; p++) {
      out[p * channels + c] =
          parameters[channels + c] + parameters[c] * (in[p * channels + c] - mean) / sqrt(variance + 1e-5);
    }
  }
}

static layer *make_upsample(void) {
  return layer_upsample((layer_shape){3, 2, 3});
}

static layer *make_pool(void) {
  return layer_average_pool((layer_shape){3, 4, 6});
}

static layer *make_pixel_sum(void) {
  return layer_pixel_sum((layer_shape){3, 4, 6});
}

static void map_upsample(const layer *l, const double *base, const double *parameters, const float *kept,
                         size_t batch, const double *in, double *out) {
  (void)base, (void)parameters, (void)kept;
  const size_t c = l->in.channels, height = l->out.height, width = l->out.width;
  for (size_t at = 0; at < batch * height * width * c; at++) {
    const size_t k = at % c, x = at / c % width, y = at / c / width % height, item = at / c / width / height;
    out[at] = in[((item * height / 2 + y / 2) * (width / 2) + x / 2) * c + k];
  }
}

static void map_pool(const layer *l, const double *base, const double *parameters, const float *kept,
                     size_t batch, const double *in, double *out) {
  (void)base, (void)parameters, (void)kept;
  const size_t c = l->in.channels, height = l->in.height, width = l->in.width;
  memset(out, 0, batch * layer_size(l->out) * sizeof *out);
  for (size_t at = 0; at < batch * height * width * c; at++) {
    const size_t k = at % c, x = at / c % width, y = at / c / width % height, item = at / c / width / height;
    out[((item * height / 2 + y / 2) * (width / 2) + x / 2) * c + k] += in[at] / 4;
  }
}

static layer *make_pooled_convolution(void) {
  return layer_pooled_convolution((layer_shape){3, 4, 6}, 2, 3, BATCH);
}

static layer *make_upsampled_convolution(void) {
  return layer_upsampled_convolution((layer_shape){3, 2, 3}, 2, 3, BATCH);
}

/* The upsampling, then the convolution. */
static void map_upsampled_convolution(const layer *l, const double *base, const double *parameters,
                                      const float *kept, size_t batch, const double *in, double *out) {
  enum { MOST = BATCH * 3 * 4 * 6 };
  double fine[MOST];
  const layer_shape large = {l->in.channels, l->out.height, l->out.width};
  const layer upsampling = {.in = l->in, .out = large}, convolution = {.in = large, .out = l->out};
  map_upsample(&upsampling, base, parameters, kept, batch, in, fine);
  convolve(&convolution, 3, parameters, batch, fine, out);
}

/* The convolution, then its pooling. */
static void map_pooled_convolution(const layer *l, const double *base, const double *parameters,
                                   const float *kept, size_t batch, const double *in, double *out) {
  enum { MOST = BATCH * 2 * 4 * 6 };
  double fine[MOST];
  const layer pooling = {.in = {l->out.channels, l->in.height, l->in.width}, .out = l->out};
  convolve(l, 3, parameters, batch, in, fine);
  map_pool(&pooling, base, parameters, kept, batch, fine, out);
}

static void map_pixel_sum(const layer *l, const double *base, const double *parameters, const float *kept,
                          size_t batch, const double *in, double *out) {
  (void)base, (void)parameters, (void)kept;
  const size_t c = l->in.channels, pixels = l->in.height * l->in.width;
  memset(out, 0, batch * c * sizeof *out);
  for (size_t at = 0; at < batch * pixels * c; at++) {
    out[at / (pixels * c) * c + at % c] += in[at];
  }
}

static const layer_shape image = {3, 4, 5};

static network *way_of(size_t channels, bool normalized) {
  network *way = network_new(image, BATCH);
  if (normalized) {
    network_add(way, layer_batch_norm(image, BATCH));
  }
  network_add(way, layer_tanh(image));
  network_add(way, layer_convolution(image, channels, 3, BATCH));
  return way;
}

static layer *make_residual(void) {
  return layer_residual(way_of(3, false), NULL, image, BATCH);
}

static layer *make_shortcut(void) {
  network *shortcut = network_new(image, BATCH);
  network_add(shortcut, layer_convolution(image, 2, 1, BATCH));
  return layer_residual(way_of(2, true), shortcut, image, BATCH);
}

static void map_residual(const layer *l, const double *base, const double *parameters, const float *kept,
                         size_t batch, const double *in, double *out) {
  const size_t count = batch * layer_size(l->in);
  double *bent = test_new(count, sizeof *bent);
  map_tanh(l, base, parameters, kept, batch, in, bent);
  convolve(l, 3, parameters, batch, bent, out);
  for (size_t i = 0; i < count; i++) {
    out[i] += in[i];
  }
  free(bent);
}

static void map_shortcut(const layer *l, const double *base, const double *parameters, const float *kept,
                         size_t batch, const double *in, double *out) {
  const size_t count = batch * layer_size(l->in), outs = batch * layer_size(l->out);
  double *bent = test_new(count, sizeof *bent), *direct = test_new(outs, sizeof *direct);
  map_batch_norm(l, base, parameters, kept, batch, in, bent);
  map_tanh(l, base, parameters, kept, batch, bent, bent);
  convolve(l, 3, parameters + 6, batch, bent, out);
  convolve(l, 1, parameters + 6 + 2 * 27 + 2, batch, in, direct);
  for (size_t i = 0; i < outs; i++) {
    out[i] += direct[i];
  }
  free(bent);
  free(direct);
}

static const member members[] = {
    {"linear", make_linear, map_linear, 0},
    {"ReLU", make_relu, map_relu, 0},
    {"leaky ReLU", make_leaky_relu, map_leaky_relu, 0},
    {"tanh", make_tanh, map_tanh, 0},
    {"spectral normalization", make_spectral, map_spectral, 3},
    {"convolution", make_convolution, map_convolution, 0},
    {"convolution to few channels", make_to_few, map_convolution, 0},
    {"convolution from few channels", make_from_few, map_convolution, 0},
    {"pointwise convolution", make_pointwise, map_pointwise, 0},
    {"batch normalization", make_batch_norm, map_batch_norm, 6},
    {"upsampling", make_upsample, map_upsample, 0},
    {"average pooling", make_pool, map_pool, 0},
    {"pooled convolution", make_pooled_convolution, map_pooled_convolution, 0},
    {"upsampled convolution", make_upsampled_convolution, map_upsampled_convolution, 0},
    {"sum of pixels", make_pixel_sum, map_pixel_sum, 0},
    {"residual", make_residual, map_residual, 0},
    {"residual with a shortcut", make_shortcut, map_shortcut, 6},
};

/* One evaluation of a member at random values. */
typedef struct trial {
  const member *of;
  layer *l;
  size_t batch, ins, outs, parameters;
  float *in, *p, *kept, *kept_before, *out, *d_out, *d_in, *d_p, *scratch;
  double *in_d, *p_d; /* the same values */
} trial;

static float *random_floats(uint64_t seed, size_t count) {
  double *drawn = test_new(count + 1, sizeof *drawn);
  float *v = test_new(count + 1, sizeof *v);
  random_vector(seed, 1, drawn, count);
  for (size_t i = 0; i < count; i++) {
    v[i] = (float)drawn[i];
  }
  free(drawn);
  return v;
}

static double *doubles_of(const float *v, size_t count) {
  double *d = test_new(count + 1, sizeof *d);
  for (size_t i = 0; i < count; i++) {
    d[i] = v[i];
  }
  return d;
}

static void prepare(trial *t, layer_mode mode) {
  if (t->l->kind->prepare != NULL) {
    t->l->kind->prepare(t->l, t->p, t->kept, mode);
  }
}

static trial make_trial(const member *of, size_t batch) {
  trial t = {.of = of, .l = of->make(), .batch = batch};
  assert_non_null(t.l);
  t.ins = batch * layer_size(t.l->in);
  t.outs = batch * layer_size(t.l->out);
  t.parameters = t.l->parameters;
  t.in = random_floats(1, t.ins);
  t.p = random_floats(2, t.parameters);
  t.kept = random_floats(3, t.l->kept);
  t.d_out = random_floats(4, t.outs);
  t.out = test_new(t.outs, sizeof *t.out);
  t.d_in = test_new(t.ins, sizeof *t.d_in);
  t.d_p = test_new(t.parameters + 1, sizeof *t.d_p);
  t.scratch = test_new(t.l->scratch + 1, sizeof *t.scratch);
  if (t.l->kind->initialize != NULL) {
    float *drawn = test_new(t.parameters + 1, sizeof *drawn);
    t.l->kind->initialize(t.l, 5, drawn, t.kept);
    free(drawn);
  }
  t.kept_before = random_floats(3, t.l->kept);
  memcpy(t.kept_before, t.kept, t.l->kept * sizeof *t.kept);
  t.in_d = doubles_of(t.in, t.ins);
  t.p_d = doubles_of(t.p, t.parameters);
  prepare(&t, LAYER_LEARN);
  t.l->kind->forward(t.l, batch, t.in, t.out);
  return t;
}

static void free_trial(trial *t) {
  t->l->kind->free(t->l);
  float *const floats[] = {t->in,    t->p,    t->kept, t->kept_before, t->out,
                           t->d_out, t->d_in, t->d_p,  t->scratch};
  for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
    free(floats[i]);
  }
  free(t->in_d);
  free(t->p_d);
}

static void flow_back(trial *t, float *d_in, float *d_p) {
  const layer_flow flow = {
      .batch = t->batch, .d_out = t->d_out, .d_in = d_in, .d_parameters = d_p, .scratch = t->scratch};
  t->l->kind->backward(t->l, t->in, t->out, &flow);
}

static void test_values(void **state) {
  trial t = make_trial(*state, BATCH);
  double *out = test_new(t.outs, sizeof *out);
  t.of->map(t.l, t.p_d, t.p_d, t.kept_before, t.batch, t.in_d, out);
  for (size_t i = 0; i < t.outs; i++) {
    assert_close(t.out[i], out[i], 2e-6, 2e-6);
  }
  free(out);
  free_trial(&t);
}

/* d <d_out, out> / d of one number, by central differences of the plain map. */
static double difference(const trial *t, double *number) {
  const double h = 1e-6, at = *number;
  double *out = test_new(t->outs, sizeof *out), *base = doubles_of(t->p, t->parameters), sum[2] = {0, 0};
  for (int side = 0; side < 2; side++) {
    *number = side == 0 ? at - h : at + h;
    t->of->map(t->l, base, t->p_d, t->kept_before, t->batch, t->in_d, out);
    for (size_t i = 0; i < t->outs; i++) {
      sum[side] += t->d_out[i] * out[i];
    }
  }
  *number = at;
  free(out);
  free(base);
  return (sum[1] - sum[0]) / (2 * h);
}

static void test_gradients(void **state) {
  trial t = make_trial(*state, BATCH);
  for (size_t i = 0; i < t.parameters; i++) {
    t.d_p[i] = 1; /* is added to */
  }
  flow_back(&t, t.d_in, t.d_p);
  for (size_t i = 0; i < t.ins; i++) {
    assert_close(t.d_in[i], difference(&t, &t.in_d[i]), 1e-5, 1e-5);
  }
  for (size_t i = 0; i < t.parameters; i++) {
    assert_close(t.d_p[i] - 1, difference(&t, &t.p_d[i]), 1e-5, 1e-5);
  }
  free_trial(&t);
}

/* What is not wanted changes nothing else. */
static void test_wanted(void **state) {
  trial t = make_trial(*state, BATCH);
  float *d_in = test_new(t.ins, sizeof *d_in), *d_p = test_new(t.parameters + 1, sizeof *d_p);
  flow_back(&t, t.d_in, t.d_p);
  flow_back(&t, d_in, NULL);
  flow_back(&t, NULL, d_p);
  assert_memory_equal(d_in, t.d_in, t.ins * sizeof *d_in);
  if (t.parameters > 0) {
    assert_memory_equal(d_p, t.d_p, t.parameters * sizeof *d_p);
  }
  free(d_in);
  free(d_p);
  free_trial(&t);
}

/* Only evaluations that learn move what is kept. */
static void test_kept(void **state) {
  const member *of = *state;
  trial t = make_trial(of, BATCH);
  float *moved = random_floats(1, t.l->kept);
  memcpy(moved, t.kept, t.l->kept * sizeof *moved);
  for (size_t i = 0; i < t.l->kept; i++) {
    assert_that((moved[i] != t.kept_before[i]) == (i < of->kept), "component %zu of what is kept", i);
  }
  prepare(&t, LAYER_FREEZE);
  t.l->kind->forward(t.l, t.batch, t.in, t.out);
  prepare(&t, LAYER_INFER);
  t.l->kind->forward(t.l, t.batch, t.in, t.out);
  if (t.l->kept > 0) {
    assert_memory_equal(moved, t.kept, t.l->kept * sizeof *moved);
  }
  free(moved);
  free_trial(&t);
}

/* Repeated power iterations end at the largest singular value: the effective matrix has norm c. */
static void test_spectral_norm(void **state) {
  (void)state;
  enum { ROWS = 3, COLUMNS = 7 };
  trial t = make_trial(&members[4], BATCH);
  for (int k = 0; k < 2000; k++) {
    prepare(&t, LAYER_LEARN);
  }
  double u[ROWS] = {1, 1, 1}, v[COLUMNS], s = 0;
  for (int k = 0; k < 2000; k++) {
    power_iteration(t.p_d, ROWS, COLUMNS, u, v);
  }
  for (size_t i = 0; i < ROWS; i++) {
    for (size_t j = 0; j < COLUMNS; j++) {
      s += u[i] * t.p_d[i * COLUMNS + j] * v[j];
    }
  }
  /* an item e_j shows column j of the effective matrix, and 0 the bias */
  float items[BATCH * COLUMNS] = {0}, out[BATCH * ROWS];
  items[1 * COLUMNS + 2] = 1;
  t.l->kind->forward(t.l, 2, items, out);
  for (size_t i = 0; i < ROWS; i++) {
    assert_close(out[ROWS + i] - out[i], 2.5 / s * t.p_d[i * COLUMNS + 2], 1e-6, 1e-5);
  }
  free_trial(&t);
}

/* Uniform in +-sqrt(6/(fan_in + fan_out)): bounds, mean and variance b^2/3; biases 0. */
static void test_xavier(void **state) {
  (void)state;
  enum { IN = 120, OUT = 80, WEIGHTS = IN * OUT };
  float *p = test_new(WEIGHTS + OUT, sizeof *p), *other = test_new(WEIGHTS + OUT, sizeof *p);
  layer *l = layer_linear(IN, OUT, 1);
  l->kind->initialize(l, 7, p, NULL);
  l->kind->initialize(l, 8, other, NULL);
  double bound = sqrt(6.0 / (IN + OUT)), sum = 0, square = 0, product = 0, largest = 0;
  for (size_t i = 0; i < WEIGHTS; i++) {
    largest = fmax(largest, fabs(p[i]));
    sum += p[i];
    square += (double)p[i] * p[i];
    product += (double)p[i] * other[i];
  }
  assert_true(largest <= bound * (1 + 1e-6) && largest > 0.99 * bound);
  assert_close(sum / WEIGHTS, 0, 5 * bound / sqrt(3.0 * WEIGHTS), 0);
  assert_close(square / WEIGHTS, bound * bound / 3, 0, 0.05);
  assert_close(product / WEIGHTS, 0, 5 * bound * bound / 3 / sqrt(WEIGHTS), 0);
  for (size_t i = 0; i < OUT; i++) {
    assert_close(p[WEIGHTS + i], 0, 0, 0);
  }
  free(p);
  free(other);
  l->kind->free(l);
}

/* A network is its layers one after the other: values and gradients by hand. */
static void test_network(void **state) {
  (void)state;
  enum { N0 = 4, N1 = 6, N2 = 2, PARAMETERS = (N0 + 1) * N1 + (N1 + 1) * N2 };
  network *net = network_new(layer_vector(N0), BATCH);
  network_add(net, layer_linear(N0, N1, BATCH));
  network_add(net, layer_relu(network_out(net), 0.1));
  network_add(net, layer_linear(N1, N2, BATCH));
  assert_true(network_finish(net));
  assert_int_equal(network_parameters(net), PARAMETERS);
  assert_int_equal(network_kept(net), 0);
  assert_int_equal(layer_size(network_out(net)), N2);
  float *p = random_floats(1, PARAMETERS), *in = random_floats(2, BATCH * N0),
        *d_out = random_floats(3, BATCH * N2), d_p[PARAMETERS] = {0}, d_in[BATCH * N0];
  network_prepare(net, p, NULL, LAYER_LEARN);
  const float *out = network_forward(net, BATCH, in);
  double expected_p[PARAMETERS] = {0};
  const float *w1 = p, *b1 = w1 + N0 * N1, *w2 = b1 + N1, *b2 = w2 + N1 * N2;
  float *scratch = test_new(network_scratch(net), sizeof *scratch);
  network_backward(net, &(layer_flow){BATCH, d_out, d_in, d_p, NULL, scratch});
  for (size_t item = 0; item < BATCH; item++) {
    double h[N1], a[N1], d_h[N1];
    for (size_t i = 0; i < N1; i++) {
      h[i] = b1[i];
      for (size_t j = 0; j < N0; j++) {
        h[i] += (double)w1[i * N0 + j] * in[item * N0 + j];
      }
      a[i] = h[i] > 0 ? h[i] : 0.1 * h[i];
    }
    for (size_t k = 0; k < N2; k++) {
      double y = b2[k];
      for (size_t i = 0; i < N1; i++) {
        y += w2[k * N1 + i] * a[i];
      }
      assert_close(out[item * N2 + k], y, 1e-6, 1e-6);
    }
    for (size_t i = 0; i < N1; i++) {
      d_h[i] = 0;
      for (size_t k = 0; k < N2; k++) {
        d_h[i] += (double)d_out[item * N2 + k] * w2[k * N1 + i];
        expected_p[(N0 + 1) * N1 + k * N1 + i] += d_out[item * N2 + k] * a[i];
      }
      d_h[i] *= h[i] > 0 ? 1 : 0.1;
      for (size_t j = 0; j < N0; j++) {
        expected_p[i * N0 + j] += d_h[i] * in[item * N0 + j];
      }
      expected_p[N0 * N1 + i] += d_h[i];
    }
    for (size_t k = 0; k < N2; k++) {
      expected_p[(N0 + 1) * N1 + N1 * N2 + k] += d_out[item * N2 + k];
    }
    for (size_t j = 0; j < N0; j++) {
      double d = 0;
      for (size_t i = 0; i < N1; i++) {
        d += d_h[i] * w1[i * N0 + j];
      }
      assert_close(d_in[item * N0 + j], d, 1e-6, 1e-5);
    }
  }
  for (size_t i = 0; i < PARAMETERS; i++) {
    assert_close(d_p[i], expected_p[i], 1e-5, 1e-5);
  }
  network_free(net);
  free(p);
  free(in);
  free(d_out);
  free(scratch);
}

/* Items that count by shares: the sum of gradients of single items, each times its share; the input's gradient does not
 * change. Through a residual with a shortcut, so that networks in networks pass shares on. */
static void test_shares(void **state) {
  (void)state;
  const layer_shape shape = {2, 4, 4};
  network *net = network_new(shape, BATCH), *way = network_new(shape, BATCH),
          *shortcut = network_new(shape, BATCH);
  network_add(way, layer_tanh(shape));
  network_add(way, layer_spectral(layer_convolution(shape, 3, 3, BATCH), 3, 18, 1));
  network_add(shortcut, layer_convolution(shape, 3, 1, BATCH));
  network_add(net, layer_residual(way, shortcut, shape, BATCH));
  network_add(net, layer_pixel_sum(network_out(net)));
  network_add(net, layer_linear(3, 1, BATCH));
  assert_true(network_finish(net));
  const size_t parameters = network_parameters(net), size = layer_size(shape);
  float *p = random_floats(1, parameters), *in = random_floats(2, BATCH * size),
        *share = random_floats(3, BATCH), *kept = random_floats(4, network_kept(net)),
        *scratch = test_new(network_scratch(net), sizeof *scratch),
        *shared = test_new(parameters, sizeof *shared), *sum = test_new(parameters, sizeof *sum),
        *plain = test_new(BATCH * size, sizeof *plain), *d_in = test_new(BATCH * size, sizeof *d_in);
  share[1] = 0;
  network_prepare(net, p, kept, LAYER_FREEZE);
  network_forward(net, BATCH, in);
  const float ones[BATCH] = {1, 1, 1, 1, 1};
  network_backward(net, &(layer_flow){BATCH, ones, d_in, shared, share, scratch});
  network_backward(net, &(layer_flow){BATCH, ones, plain, NULL, NULL, scratch});
  assert_memory_equal(plain, d_in, BATCH * size * sizeof *plain);
  network_backward(net, &(layer_flow){BATCH, share, NULL, sum, NULL, scratch});
  for (size_t i = 0; i < parameters; i++) {
    assert_close(shared[i], sum[i], 1e-5, 1e-5);
  }
  float *const floats[] = {p, in, share, kept, scratch, shared, sum, plain, d_in};
  for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
    free(floats[i]);
  }
  network_free(net);
}

/* Layers of one network draw differently, and the seed matters. */
static void test_initialization(void **state) {
  (void)state;
  network *net = network_new(layer_vector(8), 1);
  network_add(net, layer_linear(8, 8, 1));
  network_add(net, layer_spectral(layer_linear(8, 8, 1), 8, 8, 1));
  assert_true(network_finish(net));
  assert_int_equal(network_kept(net), 8);
  float p[2 * 72], again[2 * 72], kept[8], norm = 0;
  network_initialize(net, 1, p, kept);
  network_initialize(net, 1, again, kept);
  assert_memory_equal(p, again, sizeof p);
  assert_memory_not_equal(p, p + 72, 64 * sizeof *p);
  network_initialize(net, 2, again, kept);
  assert_memory_not_equal(p, again, 64 * sizeof *p);
  for (size_t i = 0; i < 8; i++) {
    norm += kept[i] * kept[i];
  }
  assert_close(norm, 1, 1e-6, 0);
  network_free(net);
}

int main(void) {
  suite all = {0};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    suite_add(&all, test_values, &members[i], "%s: values", members[i].name);
    suite_add(&all, test_gradients, &members[i], "%s: gradients", members[i].name);
    suite_add(&all, test_wanted, &members[i], "%s: what is wanted", members[i].name);
    suite_add(&all, test_kept, &members[i], "%s: what is kept", members[i].name);
  }
  suite_add(&all, test_spectral_norm, NULL, "the spectral norm after many evaluations");
  suite_add(&all, test_xavier, NULL, "Xavier initialization");
  suite_add(&all, test_network, NULL, "a network by hand");
  suite_add(&all, test_shares, NULL, "items that count by shares");
  suite_add(&all, test_initialization, NULL, "initialization of a network");
  return suite_run(&all, "gan layers");
}
