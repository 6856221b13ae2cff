/* SPDX-License-Identifier: MIT */
/* Games of networks: F against differences of the players' losses, losses against their formulas, data against their
 * distribution, measures on points that are known. */
#include "support.h"

#include "gan/judge.h"
#include "gan/normal.h"
#include "networks.h"

#include <lerp/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The losses of a game as functions of z, at one batch, and F there. */
static gan_losses_seen losses_at(gan *game, const double *z, double *f) {
  double memory[1024] = {0};
  size_t dimension[LERP_PARTS];
  gan_dimensions(game, dimension);
  assert_in_range(gan_memory(game), 1, 1024);
  const gan_losses_seen seen = gan_gradient(game, 7, z, z + dimension[0], memory, false, LERP_ALL_PARTS);
  for (int part = 0; part < LERP_PARTS; part++) {
    for (size_t i = 0; i < dimension[part]; i++) {
      *f++ = gan_gradient_view(game, part)[i];
    }
  }
  return seen;
}

/* Central differences along random directions of one part. The singular vectors are constants for F but move with y, so
 * that y is tried without them. */
static void check_slopes(const char *spec, int part) {
  problem_instance *instance = make_game(NULL, "%s", spec);
  gan *game = gan_of(&instance->problem);
  const size_t n = dimension_of(&instance->problem), nx = instance->problem.op.dimension[0];
  double *z = test_new(n, sizeof *z), *moved = test_new(n, sizeof *z), *f = test_new(n, sizeof *z),
         *unused = test_new(n, sizeof *z), *d = test_new(n, sizeof *z);
  memcpy(z, instance->problem.start[0], nx * sizeof *z);
  memcpy(z + nx, instance->problem.start[1], (n - nx) * sizeof *z);
  losses_at(game, z, f);
  const size_t begin = part ? nx : 0, end = part ? n : nx;
  const double ratio = part ? gan_settings_view(game)->ratio : 1, step = 3e-4;
  for (uint64_t trial = 0; trial < 4; trial++) {
    random_vector(trial, 1, d, n);
    double slope = 0, value[2];
    for (size_t i = begin; i < end; i++) {
      slope += ratio * f[i] * d[i]; /* F is the gradient by the parameters, which are ratio y */
    }
    for (int side = 0; side < 2; side++) {
      memcpy(moved, z, n * sizeof *z);
      for (size_t i = begin; i < end; i++) {
        moved[i] += (side ? step : -step) * d[i] / ratio;
      }
      const gan_losses_seen seen = losses_at(game, moved, unused);
      value[side] = part ? seen.discriminator : seen.generator;
    }
    assert_close((value[1] - value[0]) / (2 * step), slope / ratio, 3e-3, 1e-2);
  }
  free(z);
  free(moved);
  free(f);
  free(unused);
  free(d);
  problem_free(instance);
}

static void test_slopes(void **state) {
  const char *spec = *state;
  char text[256];
  for (int part = 0; part < LERP_PARTS; part++) {
    snprintf(text, sizeof text, "gan:width=8:latent=3:batch=512:slope=0.5:ratio=3:%s%s", spec,
             part ? ":gain=0" : "");
    check_slopes(text, part);
  }
}

/* At s: value and slope of every loss by its formula. */
static void test_losses(void **state) {
  (void)state;
  for (double s = -3; s <= 3; s += 0.37) {
    const double sigma = 1 / (1 + exp(-s)), t = 1e-6;
    const double expected[][3] = {
        {fmax(0, 1 - s), fmax(0, 1 + s), -s}, {-log(sigma), -log(1 - sigma), -log(sigma)}, {-s, s, -s}};
    for (size_t i = 0; gan_loss_names[i]; i++) {
      const gan_score_function role[] = {gan_losses[i].real, gan_losses[i].fake, gan_losses[i].fool};
      for (size_t j = 0; j < 3; j++) {
        double slope, unused;
        assert_close(role[j](s, &slope), expected[i][j], 1e-12, 1e-12);
        assert_close((role[j](s + t, &unused) - role[j](s - t, &unused)) / (2 * t), slope, 1e-6, 1e-8);
      }
    }
  }
  double slope;
  assert_true(isfinite(gan_losses[1].real(-800, &slope)) && isfinite(gan_losses[1].fake(800, &slope)));
}

/* Number 2k and 2k + 1 are sqrt(-2 log u) cos a and sin a, where u and t are the high and the low half of word k and
 * a = 2 pi (t - 1/2), by libm; for even and odd counts. */
static void test_normals(void **state) {
  (void)state;
  enum { COUNT = 40001 };
  float *drawn = test_new(COUNT, sizeof *drawn), *fewer = test_new(COUNT, sizeof *fewer);
  gan_normals(3, 5, COUNT, drawn);
  gan_normals(3, 5, COUNT - 1, fewer);
  assert_memory_equal(drawn, fewer, (COUNT - 1) * sizeof *drawn);
  double sum = 0, square = 0, fourth = 0, neighbours = 0;
  for (size_t i = 0; i < COUNT; i++) {
    const uint64_t word = lerp_random_bits(3, 5, i / 2);
    const double u = ldexp((double)(word >> 32) + 0.5, -32),
                 t = ldexp((double)(word & UINT32_MAX) + 0.5, -32), a = 2 * M_PI * (t - 0.5), v = drawn[i];
    assert_close(v, sqrt(-2 * log(u)) * (i % 2 ? sin(a) : cos(a)), 1e-10, 1e-7);
    sum += v;
    square += v * v;
    fourth += v * v * v * v;
    neighbours += i > 0 ? v * drawn[i - 1] : 0;
  }
  const double deviation = 1 / sqrt(COUNT);
  assert_close(sum / COUNT, 0, 4 * deviation, 0);
  assert_close(square / COUNT, 1, 4 * sqrt(2) * deviation, 0);
  assert_close(fourth / COUNT, 3, 4 * sqrt(96) * deviation, 0);
  assert_close(neighbours / COUNT, 0, 4 * deviation, 0);
  free(drawn);
  free(fewer);
}

/* Networks have the threads that were asked for, and a team of one drives them. */
static void test_threads(void **state) {
  (void)state;
  problem_instance *instance = make_game(NULL, "gan:width=8:latent=3:batch=64");
  const lerp_problem *problem = &instance->problem;
  const size_t n = dimension_of(problem);
  double *z = test_new(n, sizeof *z), *f = test_new(n, sizeof *z);
  memcpy(z, problem->start[0], problem->op.dimension[0] * sizeof *z);
  memcpy(z + problem->op.dimension[0], problem->start[1], problem->op.dimension[1] * sizeof *z);
  assert_true(networks_compute(problem));
  for (int threads = 1; threads <= 3; threads++) {
    networks_place *networks = networks_begin(threads, NULL);
    assert_non_null(networks);
    losses_at(gan_of(problem), z, f);
    assert_int_equal(gan_threads(gan_of(problem)), lerp_capabilities() & LERP_HAS_OPENMP ? threads : 1);
    networks_end(networks);
  }
  problem_free(instance);
  instance = make_game(NULL, "quadratic:n=2");
  assert_false(networks_compute(&instance->problem));
  problem_free(instance);
  free(z);
  free(f);
}

/* Modes come equally often, points have the deviation that is said, and a batch is a function of its number. */
static void check_points(gan_data *data, size_t modes) {
  enum { COUNT = 20000 };
  const gan_points *points = gan_data_points(data);
  float *drawn = test_new((size_t)2 * COUNT, sizeof *drawn),
        *again = test_new((size_t)2 * COUNT, sizeof *again);
  assert_int_equal(points->modes, modes);
  data->kind->draw(data, 3, 5, COUNT, drawn);
  data->kind->draw(data, 3, 5, COUNT, again);
  assert_memory_equal(drawn, again, (size_t)2 * COUNT * sizeof *drawn);
  data->kind->draw(data, 3, 6, COUNT, again);
  assert_memory_not_equal(drawn, again, (size_t)2 * COUNT * sizeof *drawn);
  double square = 0;
  size_t of[POINTS_MODES_MAX] = {0};
  for (size_t i = 0; i < COUNT; i++) {
    double nearest = INFINITY;
    size_t mode = 0;
    for (size_t m = 0; m < modes; m++) {
      const double away = hypot(drawn[2 * i] - points->centre[m][0], drawn[2 * i + 1] - points->centre[m][1]);
      mode = away < nearest ? m : mode;
      nearest = fmin(nearest, away);
    }
    square += nearest * nearest;
    of[mode]++;
  }
  assert_close(square / (2.0 * COUNT), points->deviation * points->deviation, 0, 0.03);
  for (size_t m = 0; m < modes; m++) {
    assert_close((double)of[m], (double)COUNT / (double)modes, 5 * sqrt((double)COUNT / (double)modes), 0);
  }
  free(drawn);
  free(again);
  gan_data_free(data);
}

static void test_points(void **state) {
  (void)state;
  gan_data *ring = gan_data_ring();
  const gan_points *points = gan_data_points(ring);
  for (size_t i = 0; i < points->modes; i++) {
    assert_close(hypot(points->centre[i][0], points->centre[i][1]), 2, 1e-12, 0);
  }
  check_points(ring, 8);
  check_points(gan_data_grid(), 25);
}

/* A generator that makes one point: no mode or one, and the distance of the ring's projections to a constant. */
static void check_one_point(double px, double py, double modes, double quality) {
  problem_instance *instance = make_game(NULL, "gan:width=4:latent=2:batch=500");
  gan *game = gan_of(&instance->problem);
  gan_judge *judge;
  lerp_error error;
  assert_ok(gan_judge_new(game, &judge, &error), &error);
  const size_t nx = instance->problem.op.dimension[0];
  double *x = test_new(nx, sizeof *x), memory[1024] = {0}, value[GAN_MEASURES_MAX];
  x[nx - 2] = px; /* the last layer's biases */
  x[nx - 1] = py;
  gan_judge_measure(judge, x, memory, value);
  assert_string_equal(gan_judge_measures(judge)[0], "modes");
  assert_close(value[0], modes, 0, 0);
  assert_close(value[1], quality, 0, 0);
  assert_close(value[3], hypot(px, py), 1e-6, 0);
  /* from the origin: the mean of |<centre, u>| over all directions is |centre| 2/pi; the deviation adds 1e-3 at most */
  if (px == 0 && py == 0) {
    assert_close(value[2], 2 * 2 / M_PI, 0.01, 0);
  }
  free(x);
  gan_judge_free(judge);
  problem_free(instance);
}

static void test_measures(void **state) {
  (void)state;
  check_one_point(0, 0, 0, 0);
  check_one_point(2, 0, 1, 1);
  check_one_point(0, -2.1, 1, 1);
  check_one_point(0, -2.2, 0, 0);
}

/* The discriminator's parameters over ratio lie in the box, and solves end at the same bits with other teams. */
static void test_clip(void **state) {
  (void)state;
  problem_instance *game =
      make_game(NULL, "gan:width=8:latent=3:batch=32:loss=wasserstein:gain=0:clip=0.02:ratio=4");
  const lerp_problem *problem = &game->problem;
  const size_t n = dimension_of(problem), nx = problem->op.dimension[0];
  double *z[2] = {test_new(n, sizeof **z), test_new(n, sizeof **z)};
  for (int threads = 1; threads <= 2; threads++) {
    lerp_method_instance *method = make_method(&problem->facts, "gda:gamma=0.05");
    lerp_settings settings = lerp_settings_default();
    settings.threads = threads;
    settings.max_iterations = 20;
    settings.check = false;
    lerp_solver *solver = make_solver(problem, method, &settings);
    lerp_error error;
    assert_ok(lerp_solver_solve(solver, &error), &error);
    copy_iterate(problem, solver, z[threads - 1]);
    lerp_solver_free(solver);
    lerp_method_free(method);
  }
  double largest = 0;
  for (size_t i = nx; i < n; i++) {
    largest = fmax(largest, fabs(4 * z[0][i]));
  }
  assert_close(largest, 0.02, 1e-12, 0);
  assert_same_bits(z[0], z[1], n);
  free(z[0]);
  free(z[1]);
  problem_free(game);
}

int main(void) {
  suite all = {NULL, 0};
  static const char *const losses[] = {"loss=hinge", "loss=non-saturating", "loss=wasserstein",
                                       "loss=hinge:data=grid"};
  for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
    suite_add(&all, test_slopes, losses[i], "slopes: %s", losses[i]);
  }
  suite_add(&all, test_losses, NULL, "losses");
  suite_add(&all, test_threads, NULL, "threads");
  suite_add(&all, test_normals, NULL, "normals");
  suite_add(&all, test_points, NULL, "points");
  suite_add(&all, test_measures, NULL, "measures");
  suite_add(&all, test_clip, NULL, "clip");
  return suite_run(&all, "gan");
}
