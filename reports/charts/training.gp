# SPDX-License-Identifier: MIT
# One panel: $data are curves (steps or seconds, a measure); those in pairs before them, $band, the range over seeds.
set xrange [0:x_high]
set yrange [0:y_high]
set format x '%g'
set format y '%g'
set border 3 lc rgb muted
set xtics nomirror x_step tc rgb ink
set ytics nomirror autofreq tc rgb ink
set grid lc rgb faint lt 1 lw 1
set xlabel x_title
set ylabel first_column ? y_title : '' offset 1
set key off
set style fill transparent solid 0.25 noborder
plot for [i = 1:band_count] $band index i - 1 using 1:2:3 with filledcurves lc rgb colour_of(band_slot[i]), \
     for [i = 1:data_count] $data index i - 1 using 1:2 with lines lc rgb colour_of(data_slot[i]) lw 1.8
