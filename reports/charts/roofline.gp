# SPDX-License-Identifier: MIT
# One panel: roof[level] in GB/s with roof_name[level], peak in GFLOP/s, widest in operations per byte, $data single
# points (operations per byte, GFLOP/s).
set logscale xy
set xrange [0.04:widest]
set yrange [0.2:peak * 3]
set format x '%g'
set format y '%g'
set border 3 lc rgb muted
set xtics nomirror tc rgb ink
set ytics nomirror tc rgb ink
unset mxtics
unset mytics
set grid lc rgb faint lt 1 lw 1
set xlabel 'operations per byte'
set ylabel first_column ? 'GFLOP/s' : '' offset 1
set key off
do for [i = 1:4] {
  if (roof[i] > 0) { set label roof_name[i] at graph 0.98, graph 0.27 - 0.06 * i right tc rgb colour_of(i - 1) font ',10' }
}
set label sprintf('%.3g GFLOP/s', peak) at widest * 0.875, peak * 1.25 right tc rgb muted font ',9'
roofline(x, bandwidth) = bandwidth * x < peak ? bandwidth * x : peak
plot for [i = 1:4] roof[i] > 0 ? roofline(x, roof[i]) : NaN with lines lw 1.4 lc rgb colour_of(i - 1) dt 2 notitle, \
     for [i = 1:data_count] $data index i - 1 using 1:2 with points pt tier_point[tier_of(data_slot[i])] ps 0.7 \
       lc rgb colour_of(data_slot[i])
