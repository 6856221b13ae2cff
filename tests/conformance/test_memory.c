/* SPDX-License-Identifier: MIT */
/* What a solve takes beside its problem is what it says, and nearly all of it vectors: this program's own malloc and
 * friends, which the library calls too, add up what is in use. Needs glibc. */
#include "allocator.h"
#include "support.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#if !HAS_ALLOCATOR

int main(void) {
  puts("1..0 # SKIP needs glibc's allocator; a sanitizer has one of its own");
  return 0;
}

#else

static atomic_size_t in_use, most;

static void *note(void *memory) {
  if (memory != NULL) {
    const size_t now = atomic_fetch_add(&in_use, malloc_usable_size(memory)) + malloc_usable_size(memory);
    size_t before = atomic_load(&most);
    while (before < now && !atomic_compare_exchange_weak(&most, &before, now)) {
    }
  }
  return memory;
}

void *malloc(size_t size) {
  return note(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
  return note(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size) {
  const size_t before = memory != NULL ? malloc_usable_size(memory) : 0;
  void *moved = __libc_realloc(memory, size);
  if (moved != NULL || size == 0) {
    atomic_fetch_sub(&in_use, before);
  }
  return note(moved);
}

void *aligned_alloc(size_t alignment, size_t size) {
  return note(__libc_memalign(alignment, size));
}

void *memalign(size_t alignment, size_t size) {
  return note(__libc_memalign(alignment, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = note(__libc_memalign(alignment, size));
  return *memory == NULL ? ENOMEM : 0;
}

void free(void *memory) {
  if (memory != NULL) {
    atomic_fetch_sub(&in_use, malloc_usable_size(memory));
  }
  __libc_free(memory);
}

static void test_counter(void **state) {
  (void)state;
  const size_t before = atomic_load(&in_use);
  double *memory = lerp_aligned_new(100000);
  assert_true(atomic_load(&in_use) - before >= 800000);
  lerp_aligned_free(memory);
  assert_true(atomic_load(&in_use) == before);
}

/* Games, and the bytes of their coefficients. */
static const struct {
  const char *game;
  double coefficients;
} games[] = {
    {"quadratic:n=100000:rho=0.2", 0},
    {"mixed:n=100000:rho=0.2", 2 * 8 * 5e4},
    {"quadratic:n=1024:rho=0.2:q=householder:operator=dense", 8.0 * 512 * 512},
    {"banded:n=20000:rho=0.2:width=20", (8 * 41 + 12) * 1e4},
};
enum { GAMES = sizeof games / sizeof *games };

/* The most that a solver held from its making to the end of a solve. */
static size_t peak_of(const lerp_problem *problem, const lerp_method_instance *method, size_t *declared) {
  lerp_settings settings = lerp_settings_default();
  settings.max_iterations = 12;
  const size_t before = atomic_load(&in_use);
  atomic_store(&most, before);
  lerp_solver *solver = make_solver(problem, method, &settings);
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  *declared = lerp_solver_bytes(solver);
  lerp_solver_free(solver);
  return atomic_load(&most) - before;
}

static void test_method(void **state) {
  for (int g = 0; g < GAMES; g++) {
    const size_t before = atomic_load(&in_use);
    problem_instance *game = make_game(NULL, "%s", games[g].game);
    const size_t held = atomic_load(&in_use) - before;
    lerp_method_instance *method = make_method(&game->problem.facts, "%s", (const char *)*state);
    if (lerp_method_applies(method, &game->problem, NULL) == LERP_OK) {
      size_t declared;
      const double peak = (double)peak_of(&game->problem, method, &declared);
      const double vector = 8.0 * (double)(game->problem.op.dimension[0] + game->problem.op.dimension[1]);
      /* beside coefficients a problem holds its start and its solution at most, but for a page an array */
      assert_true((double)held <= 1.05 * (games[g].coefficients + 2 * vector) + 65536);
      assert_true(peak >= (double)declared && peak <= 1.05 * (double)declared + 65536);
    }
    lerp_method_free(method);
    problem_free(game);
  }
}

#ifdef LERP_HAVE_DNNL

/* What layers of the residual pair give for an image, in floats; ReLU, tanh and the sum of a block lie where their input
 * lay. A block of the generator: two normalizations and two convolutions, to the last of which the doubled image is added;
 * before it the linear layer, twice because it takes the form of an image, and after it a normalization and the picture. */
static double values_of_generator(double width) {
  double sum = 2 * 16 * width;
  for (double side = 4; side < 32; side *= 2) {
    sum += width * (side * side + 3 * 4 * side * side);
  }
  return sum + 32 * 32 * (width + 3);
}

/* Of the discriminator: convolution at the image's size and at half of it, ReLU before them but in the first block; mean and
 * convolution of the shortcut; twice ReLU and two convolutions; means down to one pixel, a vector and the score. */
static double values_of_discriminator(double width) {
  const double whole = 32 * 32, half = whole / 4, quarter = half / 4;
  return width * (whole + half + half) + 3 * half + width * (2 * half + 3 * quarter) +
         2 * 3 * width * quarter + width * (16 + 4 + 1 + 1) + 1;
}

/* A training holds the method's vectors and what layers give once, whichever player they serve, the gradients around the
 * generator's last block, which take the most at a time: the one that it gets, two inside of it and the one that it gives,
 * a quarter as large; the images and a batch of what goes in and out; besides, what is as long as the parameters: the
 * start, weights and gradients, and what each convolution and norm needs of them. */
static void test_networks(void **state) {
  (void)state;
  enum { WIDTH = 16, BATCH = 64, LATENT = 128, IMAGES = 5000, IMAGE = 32 * 32 * 3 };
  const size_t before = atomic_load(&in_use);
  atomic_store(&most, before);
  problem_instance *game =
      make_game(NULL, "gan:data=shapes:width=%d:batch=%d:latent=%d", WIDTH, BATCH, LATENT);
  lerp_method_instance *method = make_method(&game->problem.facts, "gda:gamma=0.01");
  lerp_settings settings = lerp_settings_default();
  settings.max_iterations = 2;
  settings.check = false;
  lerp_solver *solver = make_solver(&game->problem, method, &settings);
  lerp_error error;
  assert_ok(lerp_solver_solve(solver, &error), &error);
  const double parameters = (double)(game->problem.op.dimension[0] + game->problem.op.dimension[1]);
  const double values = values_of_generator(WIDTH) + values_of_discriminator(WIDTH),
               gradients = (3 + 0.25) * 32 * 32 * (double)WIDTH, ends = LATENT + 2 * IMAGE;
  const double declared = (double)lerp_solver_bytes(solver) + 4.0 * BATCH * (values + gradients + ends) +
                          (double)IMAGES * (IMAGE + 1) + (8 + 4 * 6) * parameters;
  const double peak = (double)(atomic_load(&most) - before);
  const double of_library = 12e6; /* that oneDNN works on */
  assert_that(peak >= 0.95 * declared && peak <= declared + of_library,
              "%.0f bytes at most, %.0f by the formula", peak, declared);
  lerp_solver_free(solver);
  lerp_method_free(method);
  problem_free(game);
}
#endif

int main(void) {
  suite all = {NULL, 0};
  suite_add(&all, test_counter, NULL, "the counter");
#ifdef LERP_HAVE_DNNL
  suite_add(&all, test_networks, NULL, "networks");
#endif
  char **names = all_method_names();
  for (size_t i = 0; names[i] != NULL; i++) {
    suite_add(&all, test_method, names[i], "%s", names[i]);
  }
  const int status = suite_run(&all, "memory");
  free_names(names);
  return status;
}

#endif
