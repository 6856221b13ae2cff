/* SPDX-License-Identifier: MIT */
/* Numbers as text, in the C locale whatever the locale of the program. */
#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lerp/spec.h>

/* The C locale for the calling thread until restored. */
typedef struct c_locale {
  locale_t own, previous;
} c_locale;

static c_locale c_locale_enter(void) {
  c_locale scope = {.own = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
  scope.previous = uselocale(scope.own);
  return scope;
}

static void c_locale_leave(c_locale scope) {
  uselocale(scope.previous);
  if (scope.own != (locale_t)0) {
    freelocale(scope.own);
  }
}

bool lerp_read_number(const char *text, double *value) {
  if (*text == '\0' || isspace((unsigned char)*text)) {
    return false;
  }
  c_locale scope = c_locale_enter();
  char *end;
  errno = 0;
  double number = strtod(text, &end);
  bool overflow = errno == ERANGE && isinf(number);
  c_locale_leave(scope);
  if (*end != '\0' || overflow || isnan(number)) {
    return false;
  }
  *value = number;
  return true;
}

/* Writes d.ddde+xx with the fewest digits that read back, 17 at most; returns those after the point. A normal number
 * that fewer than DBL_DIG digits tell has zeros for the others. */
static int shortest_digits(double value, char *text, size_t size) {
  int precision = isnormal(value) ? DBL_DIG - 1 : 0;
  while (snprintf(text, size, "%.*e", precision, value), strtod(text, NULL) != value) {
    precision++;
  }
  for (size_t end = strcspn(text, "e"); precision > 0 && text[--end] == '0';) {
    precision--;
  }
  snprintf(text, size, "%.*e", precision, value);
  return precision;
}

static int exponent_of(const char *scientific) {
  return (int)strtol(strchr(scientific, 'e') + 1, NULL, 10);
}

int lerp_decimals(double value) {
  char text[LERP_NUMBER_SIZE];
  c_locale scope = c_locale_enter();
  int decimals = shortest_digits(value, text, sizeof text) - exponent_of(text);
  c_locale_leave(scope);
  return decimals > 0 ? decimals : 0;
}

double lerp_round_decimals(double value, int decimals) {
  char text[400 + 330]; /* 309 digits before the point, at most 324 + 16 after */
  c_locale scope = c_locale_enter();
  snprintf(text, sizeof text, "%.*f", decimals, value);
  double rounded = strtod(text, NULL);
  c_locale_leave(scope);
  return rounded + 0.0;
}

void lerp_format_number(double value, char *text, size_t size) {
  if (!isfinite(value)) {
    snprintf(text, size, "%s", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    return;
  }
  char scientific[LERP_NUMBER_SIZE], mantissa[LERP_NUMBER_SIZE], plain[LERP_NUMBER_SIZE];
  c_locale scope = c_locale_enter();
  int precision = shortest_digits(value, scientific, sizeof scientific);
  int exponent = exponent_of(scientific);
  snprintf(mantissa, sizeof mantissa, "%.*s", (int)strcspn(scientific, "e"), scientific);
  int width = snprintf(scientific, sizeof scientific, "%se%d", mantissa, exponent);
  int plain_width =
      snprintf(plain, sizeof plain, "%.*f", precision > exponent ? precision - exponent : 0, value);
  c_locale_leave(scope);
  /* 1000 and 0.0001 rather than 1e3 and 1e-4; beyond, whichever is shorter. */
  bool everyday = exponent >= -4 && exponent < 6;
  snprintf(text, size, "%s", everyday || plain_width <= width ? plain : scientific);
}
