# SPDX-License-Identifier: MIT
# The legend of a figure of panels: an empty plot in the room at the right.
unset title; unset border; unset xtics; unset ytics; unset xlabel; unset ylabel; unset grid; unset logscale
unset arrow; unset label; unset object; unset size
set lmargin at screen legend_left
set rmargin at screen 1
set bmargin at screen 0.01
set tmargin at screen 0.99
set xrange [0:1]
set yrange [0:1]
set key at graph 0, graph 0.97 left top Left reverse vertical samplen 2.5 spacing 0.95 width 0
plot for [i = 1:legend] NaN with linespoints pt legend_points ? tier_point[tier_of(legend_slot[i])] : -2 ps 0.6 lc rgb legend_slot[i] < 0 ? ink : colour_of(legend_slot[i]) \
     dt legend_style[i] > 0 ? legend_style[i] : tier_dash[tier_of(legend_slot[i])] \
     lw tier_width[tier_of(legend_slot[i])] title legend_name[i]
unset key
