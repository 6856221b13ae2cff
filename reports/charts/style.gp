# SPDX-License-Identifier: MIT
# What all figures share. Black, grey and the light grey of the grid follow the page's colours through
# figure.css; the colours of curves read on light and on dark ground.
set encoding utf8
set micro
set datafile missing "?"
array colour[8] = [0x2f7ed8, 0xd9571e, 0x189a7c, 0xc7499b, 0xa87800, 0x7a63d6, 0x4d8f1f, 0xd23b4a]
ink = 0x000000
muted = 0x777777
faint = 0xdddddd
colour_of(slot) = colour[int(slot) % 8 + 1]
# The eight methods that stand first are solid, the next eight dashed, the others dotted.
tier_of(slot) = slot < 8 ? 1 : slot < 16 ? 2 : 3
array tier_dash[3] = [1, 2, 3]
array tier_width[3] = [2.2, 1.6, 1.6]
array tier_point[3] = [7, 5, 9]
