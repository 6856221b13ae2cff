/* SPDX-License-Identifier: MIT */
/* One line registers a method; Lookahead over it, conformance, theory and golden tests follow by themselves. */
#include "methods.h"

/* clang-format off */
static const lerp_method *const methods[] = {
    &lerp_gda,
    &lerp_eg,
    &lerp_eg_plus,
    &lerp_ceg_plus,
    &lerp_fbf,
    &lerp_ogda,
    &lerp_popov,
    &lerp_pp,
    &lerp_rpp,
    &lerp_rapp,
    &lerp_rapp_ec,
    &lerp_wrapp,
    NULL,
};
/* clang-format on */

const lerp_method *const *lerp_methods(void) {
  return methods;
}

const lerp_method *lerp_lookahead_method(void) {
  return &lerp_lookahead_wrapper;
}
