/* SPDX-License-Identifier: MIT */
/* The sum of a network and of its input, or of another network, the shortcut (He et al. 2016). */
#include <stdlib.h>
#include <string.h>

#include "network.h"

typedef struct residual {
  layer head;
  size_t batch;
  network *way, *shortcut; /* shortcut NULL: the input */
} residual;

static void initialize(const layer *self, uint64_t seed, float *parameters, float *kept) {
  const residual *r = (const residual *)self;
  network_initialize(r->way, seed, parameters, kept);
  if (r->shortcut) {
    network_initialize(r->shortcut, seed + 1, parameters + network_parameters(r->way),
                       kept + network_kept(r->way));
  }
}

static void prepare(layer *self, const float *parameters, float *kept, layer_mode mode) {
  const residual *r = (const residual *)self;
  network_prepare(r->way, parameters, kept, mode);
  if (r->shortcut) {
    network_prepare(r->shortcut, parameters + network_parameters(r->way), kept + network_kept(r->way), mode);
  }
}

static void note_seconds(layer *self) {
  const residual *r = (const residual *)self;
  self->seconds = network_seconds(r->way) + (r->shortcut ? network_seconds(r->shortcut) : 0);
}

static void forward(layer *self, size_t batch, const float *in, float *out) {
  const residual *r = (const residual *)self;
  const size_t size = batch * layer_size(self->out);
  const float *way = network_forward(r->way, batch, in);
  if (way != out) {
    memcpy(out, way, size * sizeof *out);
  }
  if (r->shortcut) {
    network_add_forward(r->shortcut, batch, in, out);
  } else {
    network_add_values(size, in, out);
  }
  note_seconds(self);
}

/* The gradient of the input along the shortcut; the scratch begins with it. */
static const float *flow_along(network *shortcut, size_t size, layer_flow flow) {
  float *d_in = flow.d_in ? flow.scratch : NULL;
  flow.d_in = d_in;
  flow.scratch += size;
  network_backward(shortcut, &flow);
  return d_in;
}

static void backward(layer *self, const float *in, const float *out, const layer_flow *flow) {
  (void)in, (void)out;
  const residual *r = (const residual *)self;
  const size_t size = flow->batch * layer_size(self->in);
  network_backward(r->way, flow);
  const float *d_shortcut = flow->d_out;
  if (r->shortcut) {
    layer_flow rest = *flow;
    rest.d_parameters += rest.d_parameters ? network_parameters(r->way) : 0;
    d_shortcut = flow_along(r->shortcut, layer_aligned(size), rest);
  }
  if (flow->d_in) {
    network_add_values(size, d_shortcut, flow->d_in);
  }
  note_seconds(self);
}

static void release(layer *self) {
  residual *r = (residual *)self;
  network_free(r->way);
  network_free(r->shortcut);
  free(r);
}

static const layer_kind kind = {.name = "residual",
                                .initialize = initialize,
                                .prepare = prepare,
                                .forward = forward,
                                .backward = backward,
                                .free = release,
                                .holds_networks = true};

layer *layer_residual(network *way, network *shortcut, layer_shape in, size_t batch) {
  residual *made = calloc(1, sizeof *made);
  if (!made || !way || !network_finish(way) || (shortcut && !network_finish_summand(shortcut))) {
    network_free(way);
    network_free(shortcut);
    free(made);
    return NULL;
  }
  const size_t parameters = network_parameters(way) + (shortcut ? network_parameters(shortcut) : 0),
               kept = network_kept(way) + (shortcut ? network_kept(shortcut) : 0);
  const size_t of_way = network_scratch(way),
               of_shortcut = shortcut ? layer_aligned(batch * layer_size(in)) + network_scratch(shortcut) : 0;
  const double flops = network_flops(way) + (shortcut ? network_flops(shortcut) : 0);
  /* the sum lies where the way's last values were */
  *made = (residual){.head = {.kind = &kind,
                              .in = in,
                              .out = network_out(way),
                              .parameters = parameters,
                              .kept = kept,
                              .flops = flops,
                              .values = network_spare(way),
                              .scratch = of_way > of_shortcut ? of_way : of_shortcut},
                     .batch = batch,
                     .way = way,
                     .shortcut = shortcut};
  return &made->head;
}
