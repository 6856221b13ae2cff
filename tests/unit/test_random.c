/* SPDX-License-Identifier: MIT */
/* Random numbers keyed by (seed, sample, index): the mixer against published numbers, distributions, and no relation
 * between neighbours in any word of the key. */
#include <math.h>

#include "support.h"

#include "core/random.h"

enum { COUNT = 20000 };

/* The first outputs of splitmix64 from state 1234567, as its author's code prints them. */
static void test_mixer(void **state) {
  (void)state;
  static const uint64_t outputs[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                     UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                     UINT64_C(16408922859458223821)};
  for (uint64_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
    assert_true(lerp_random_mix(1234567 + i * UINT64_C(0x9E3779B97F4A7C15)) == outputs[i]);
  }
}

/* Uniform: every tenth of (0, 1) gets its share, by a chi-square of 9 degrees of freedom; the extreme words
 * stay inside. */
static void test_uniform(void **state) {
  (void)state;
  assert_true(lerp_uniform_from(0) > 0 && lerp_uniform_from(UINT64_MAX) < 1);
  enum { BINS = 10 };
  double bin[BINS] = {0}, square = 0;
  for (uint64_t i = 0; i < COUNT; i++) {
    const double u = lerp_random_uniform(5, 3, i);
    assert_true(u > 0 && u < 1);
    bin[(int)(u * BINS)]++;
  }
  for (int i = 0; i < BINS; i++) {
    square += pow(bin[i] - COUNT / BINS, 2) / (COUNT / BINS);
  }
  assert_that(square > 0.5 && square < 34, "chi-square %g", square); /* both tails below 1e-4 */
}

/* Normal: moments 0, 1, 0, 3 within five deviations. */
static void test_normal(void **state) {
  (void)state;
  double moment[4] = {0};
  for (uint64_t i = 0; i < COUNT; i++) {
    const double x = lerp_random_normal(5, 4, i);
    for (int k = 0; k < 4; k++) {
      moment[k] += pow(x, k + 1) / COUNT;
    }
  }
  assert_close(moment[0], 0, 5 / sqrt(COUNT), 0);
  assert_close(moment[1], 1, 5 * sqrt(2.0 / COUNT), 0);
  assert_close(moment[2], 0, 5 * sqrt(15.0 / COUNT), 0);
  assert_close(moment[3], 3, 5 * sqrt(96.0 / COUNT), 0);
}

/* The i-th of a sequence along one word of the key, the others fixed. */
static double along(int word, uint64_t i) {
  return word == 0   ? lerp_random_normal(i, 7, 7)
         : word == 1 ? lerp_random_normal(7, i, 7)
                     : lerp_random_normal(7, 7, i);
}

/* Neighbours, and sequences along different words, are not correlated. */
static void test_independent(void **state) {
  (void)state;
  for (int word = 0; word < 3; word++) {
    double neighbours = 0, words = 0;
    for (uint64_t i = 0; i < COUNT; i++) {
      neighbours += along(word, i) * along(word, i + 1) / COUNT;
      words += along(word, 100 + i) * along((word + 1) % 3, 100 + i) / COUNT;
    }
    assert_close(neighbours, 0, 5 / sqrt(COUNT), 0);
    assert_close(words, 0, 5 / sqrt(COUNT), 0);
  }
}

/* The high half of a seed counts, and the same key gives the same. */
static void test_keys(void **state) {
  (void)state;
  assert_true(lerp_random_bits(1, 2, 3) == lerp_random_bits(1, 2, 3));
  for (int bit = 0; bit < 64; bit++) {
    const uint64_t other = UINT64_C(1) << bit;
    assert_true(lerp_random_bits(1 ^ other, 2, 3) != lerp_random_bits(1, 2, 3));
    assert_true(lerp_random_bits(1, 2 ^ other, 3) != lerp_random_bits(1, 2, 3));
    assert_true(lerp_random_bits(1, 2, 3 ^ other) != lerp_random_bits(1, 2, 3));
  }
}

/* Indices: below the count, each as often as the others. */
static void test_index(void **state) {
  (void)state;
  enum { BINS = 7 };
  double bin[BINS] = {0}, square = 0;
  for (uint64_t i = 0; i < COUNT; i++) {
    const size_t index = lerp_random_index(5, 6, i, BINS);
    assert_true(index < BINS);
    bin[index]++;
  }
  for (int i = 0; i < BINS; i++) {
    square += pow(bin[i] - (double)COUNT / BINS, 2) / ((double)COUNT / BINS);
  }
  assert_that(square < 28, "chi-square %g of 6 degrees of freedom", square); /* 1e-4 beyond */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mixer),       cmocka_unit_test(test_uniform), cmocka_unit_test(test_normal),
      cmocka_unit_test(test_independent), cmocka_unit_test(test_keys),    cmocka_unit_test(test_index),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
