/* SPDX-License-Identifier: MIT */
/* json-query FILE KEY...: prints what the keys (of objects) and indices (of arrays) lead to in a file that holds one
 * JSON value: strings bare, everything else as JSON. Exits with 1 when FILE is not JSON or nothing is there. */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

static int fail(const char *what) {
  fprintf(stderr, "json-query: %s\n", what);
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    return fail("FILE is missing");
  }
  json_error_t error;
  json_t *root = json_load_file(argv[1], JSON_DECODE_ANY, &error);
  if (root == NULL) {
    return fail(error.text);
  }
  const json_t *at = root;
  for (int i = 2; i < argc && at != NULL; i++) {
    at = json_is_array(at) ? json_array_get(at, strtoul(argv[i], NULL, 10)) : json_object_get(at, argv[i]);
  }
  if (at == NULL) {
    json_decref(root);
    return fail("nothing there");
  }
  if (json_is_string(at)) {
    puts(json_string_value(at));
  } else {
    json_dumpf(at, stdout, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
    putchar('\n');
  }
  json_decref(root);
  return EXIT_SUCCESS;
}
