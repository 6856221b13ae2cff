/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "../tool.h"
#include "pixels.h"

_Noreturn static void fail(const char *path) {
  tool_fail(TOOL_BAD_INPUT, "'%s' cannot be written: %s", path, strerror(errno));
}

void output_make_directory(const char *directory) {
  if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
    tool_fail(TOOL_BAD_INPUT, "--out '%s' cannot be made: %s", directory, strerror(errno));
  }
}

output_file output_open(const char *directory, const char *name) {
  output_file file;
  snprintf(file.path, sizeof file.path, "%s%s%s", directory ? directory : "", directory ? "/" : "", name);
  struct stat about; /* pipes and devices are written to, not replaced */
  const bool plain = stat(file.path, &about) != 0 || S_ISREG(about.st_mode);
  snprintf(file.temporary, sizeof file.temporary, "%s%s", file.path, plain ? ".new" : "");
  file.stream = fopen(file.temporary, "wb");
  if (!file.stream) {
    fail(file.temporary);
  }
  return file;
}

/* On the disk before it replaces what was there: a kill or a power cut leaves one of the two. */
void output_close(output_file *file) {
  const bool plain = strcmp(file->path, file->temporary) != 0;
  const bool failed =
      ferror(file->stream) || fflush(file->stream) != 0 || (plain && fsync(fileno(file->stream)) != 0);
  const int reason = errno;
  if (fclose(file->stream) != 0 || failed) {
    errno = failed ? reason : errno;
    fail(file->temporary);
  }
  if (plain && rename(file->temporary, file->path) != 0) {
    fail(file->path);
  }
}

static const char *const orders[] = {"default", "alternating", "simultaneous"};

void output_options(const char *directory, const training *of) {
  const training_options *o = training_options_view(of);
  json_t *object =
      json_pack("{s:i, s:s, s:s*, s:s, s:s, s:b, s:I, s:i, s:f, s:f, s:I, s:s, s:s}", "schema", 1, "data",
                o->data, "directory", o->directory, "method", o->method, "order", orders[o->order],
                "reference", o->reference, "steps", (json_int_t)o->calls, "evaluations", (int)o->evaluations,
                "average", o->average, "decay", o->decay, "seed", (json_int_t)o->seed, "problem",
                training_problem_text(of), "full_method", training_method_text(of));
  output_file file = output_open(directory, "training.json");
  if (!object || json_dumpf(object, file.stream, JSON_INDENT(2)) != 0) {
    fail(file.path);
  }
  json_decref(object);
  fputc('\n', file.stream);
  output_close(&file);
}

void output_history(const char *directory, const training *of, const training_point *point, size_t count) {
  const char *const *measure = training_measures(of);
  const bool averaged = training_options_view(of)->average > 0;
  output_file file = output_open(directory, "history.csv");
  fputs("steps,iterations,seconds,gradient", file.stream);
  for (int mean = 0; mean <= averaged; mean++) {
    for (size_t i = 0; measure[i]; i++) {
      fprintf(file.stream, ",%s%s", mean ? "averaged_" : "", measure[i]);
    }
  }
  fputc('\n', file.stream);
  for (size_t p = 0; p < count; p++) {
    fprintf(file.stream, "%" PRIu64 ",%" PRIu64 ",%.3f,%.6g", point[p].calls, point[p].iterations,
            point[p].seconds, point[p].gradient);
    for (int mean = 0; mean <= averaged; mean++) {
      for (size_t i = 0; measure[i]; i++) {
        fprintf(file.stream, ",%.6g", mean ? point[p].averaged[i] : point[p].measure[i]);
      }
    }
    fputc('\n', file.stream);
  }
  output_close(&file);
}

/* numpy.lib.format: magic, version, length of the header, the header padded so that the data begin at a multiple of 64 */
void output_npy(FILE *stream, size_t count, layer_shape shape, const float *items) {
  char header[118 + 1], text[116];
  const size_t size = layer_size(shape);
  if (shape.height * shape.width == 1) {
    snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", count,
             shape.channels);
  } else {
    snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu, %zu, %zu), }",
             count, shape.height, shape.width, shape.channels);
  }
  snprintf(header, sizeof header, "%-117.117s\n", text);
  fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, stream);
  fwrite(header, 1, 118, stream);
  fwrite(items, sizeof *items, count * size, stream);
}

void output_grid(FILE *stream, size_t rows, size_t columns, layer_shape shape, const float *items) {
  enum { GAP = 2 };
  pixels image;
  lerp_error error;
  lerp_status status = pixels_new(&image, columns * (shape.width + GAP) - GAP,
                                  rows * (shape.height + GAP) - GAP, shape.channels, &error);
  for (size_t i = 0; status == LERP_OK && i < rows * columns; i++) {
    for (size_t c = 0; c < shape.channels; c++) {
      for (size_t y = 0; y < shape.height; y++) {
        for (size_t x = 0; x < shape.width; x++) {
          const size_t row = i / columns * (shape.height + GAP) + y,
                       column = i % columns * (shape.width + GAP) + x;
          image.value[(c * image.height + row) * image.width + column] =
              (1 + (double)items[((i * shape.height + y) * shape.width + x) * shape.channels + c]) / 2;
        }
      }
    }
  }
  if (status == LERP_OK) {
    status = pixels_write(stream, &image, &error);
    pixels_free(&image);
  }
  if (status) {
    tool_fail(TOOL_BAD_INPUT, "%s", error.message);
  }
}

/* The count of points, the points, the image. */
void output_checkpoint(const char *path, const training *of, const training_point *point, size_t count) {
  const size_t size = training_image_size(of);
  const uint64_t points = count;
  void *image = malloc(size);
  lerp_error error;
  if (!image || training_save(of, image, &error) != LERP_OK) {
    tool_fail(TOOL_BAD_INPUT, "checkpoint: %s", image ? error.message : "out of memory");
  }
  output_file file = output_open(NULL, path);
  fwrite(&points, sizeof points, 1, file.stream);
  fwrite(point, sizeof *point, count, file.stream);
  fwrite(image, 1, size, file.stream);
  free(image);
  output_close(&file);
}

static lerp_status read_all(const char *path, char **bytes, size_t *size, lerp_error *error) {
  FILE *stream = fopen(path, "rb");
  struct stat about;
  *bytes = NULL;
  if (stream && fstat(fileno(stream), &about) == 0) {
    *size = (size_t)about.st_size;
    *bytes = malloc(*size + 1);
  }
  const bool whole = *bytes && fread(*bytes, 1, *size, stream) == *size;
  const int reason = errno;
  if (stream) {
    fclose(stream);
  }
  if (!whole) {
    free(*bytes);
    return lerp_fail(error, LERP_SYSTEM, SIZE_MAX, "'%s' cannot be read: %s", path, strerror(reason));
  }
  return LERP_OK;
}

static lerp_status load(const char *path, const char *bytes, size_t size, training *into,
                        training_point *point, size_t room, size_t *points, lerp_error *error) {
  uint64_t count = UINT64_MAX;
  lerp_error reason;
  if (size >= sizeof count) {
    memcpy(&count, bytes, sizeof count);
  }
  const size_t used = sizeof count + (count <= room ? count * sizeof *point : 0);
  if (count > room || used > size) {
    return lerp_fail(error, LERP_INVALID, SIZE_MAX,
                     "'%s' is no checkpoint of a training with at most %zu evaluations", path, room);
  }
  const lerp_status status = training_load(into, bytes + used, size - used, &reason);
  if (status) {
    return lerp_fail(error, status, SIZE_MAX, "'%s': %s", path, reason.message);
  }
  memcpy(point, bytes + sizeof count, count * sizeof *point);
  *points = count;
  return LERP_OK;
}

lerp_status output_read_checkpoint(const char *path, training *into, training_point *point, size_t room,
                                   size_t *points, lerp_error *error) {
  char *bytes;
  size_t size = 0;
  lerp_status status = read_all(path, &bytes, &size, error);
  if (status == LERP_OK) {
    status = load(path, bytes, size, into, point, room, points, error);
    free(bytes);
  }
  return status;
}
