/* SPDX-License-Identifier: MIT */
/* What holds a time up, by hand: 10 bytes and 4 operations a second are possible. */
#include "support.h"

#include <math.h>

#include "../reports/roof.h"

static const roof limits = {.bandwidth = {[ROOF_L1] = 40, [ROOF_MEMORY] = 10}, .flops = 4};

static void check(double seconds, double bytes, double flops, double share, roof_limit limit) {
  const roof_share found = roof_compare(&limits, ROOF_MEMORY, seconds, bytes, flops);
  assert_close(found.share, share, 0, 1e-14);
  assert_int_equal(found.limit, limit);
}

static void test_limits(void **state) {
  (void)state;
  check(10, 80, 10, 0.8, ROOF_BY_MEMORY);     /* 8 and 2.5 seconds of 10 */
  check(10, 20, 36, 0.9, ROOF_BY_ARITHMETIC); /* 2 and 9 */
  check(10, 40, 10, 0.4, ROOF_BY_OVERHEAD);   /* 4 and 2.5 */
  check(10, 150, 30, 1.5, ROOF_BY_MEMORY);    /* 15 and 7.5 */
}

/* 50 seconds of traffic in 10: it did not happen there. */
static void test_nearer(void **state) {
  (void)state;
  check(10, 500, 36, 0.9, ROOF_BY_ARITHMETIC);
  check(10, 500, 8, 5, ROOF_BY_MEMORY);
}

static void test_unknown(void **state) {
  (void)state;
  const roof none = {.flops = 0};
  assert_int_equal(roof_compare(&none, ROOF_L1, 1, 8, 2).limit, ROOF_UNKNOWN);
  const roof_share undeclared = roof_compare(&limits, ROOF_L1, 1, NAN, 2);
  assert_true(isnan(undeclared.share) && undeclared.limit == ROOF_UNKNOWN);
}

static void test_levels(void **state) {
  (void)state;
  const size_t cache[4] = {0, 100, 1000, 10000};
  assert_int_equal(roof_level_of(100, 1, cache), ROOF_L1);
  assert_int_equal(roof_level_of(200, 2, cache), ROOF_L1); /* each member has its own */
  assert_int_equal(roof_level_of(101, 1, cache), ROOF_L2);
  assert_int_equal(roof_level_of(5000, 1, cache), ROOF_L3); /* others use the other half */
  assert_int_equal(roof_level_of(5001, 1, cache), ROOF_MEMORY);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_limits), cmocka_unit_test(test_nearer),
                                     cmocka_unit_test(test_unknown), cmocka_unit_test(test_levels)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
