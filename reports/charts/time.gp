# SPDX-License-Identifier: MIT
# One panel against n: $data are curves, dashed by the number of threads, $lost single points of runs that did
# not converge; cache[i] is the n at which one vector fills cache level i, 0 when unknown.
set logscale xy
set xrange [x_low:x_high]
set autoscale y
set format x '%.0s%c'
set border 3 lc rgb muted
set xtics nomirror tc rgb ink
set ytics nomirror tc rgb ink
unset mxtics
unset mytics
set grid lc rgb faint lt 1 lw 1
set xlabel 'n, dimension of z'
set key off
unset arrow
unset label
do for [i = 1:3] {
  if (cache[i] > x_low && cache[i] < x_high) {
    set arrow from cache[i], graph 0 to cache[i], graph 1 nohead lc rgb muted lw 1.2 dt 3
    set label sprintf('L%d', i) at cache[i], graph 1.03 center tc rgb muted font ',10'
  }
}
plot for [i = 1:data_count] $data index i - 1 using 1:2 with linespoints \
       pt tier_point[tier_of(data_slot[i])] ps 0.6 lw 1.8 \
       lc rgb colour_of(data_slot[i]) dt data_style[i], \
     for [i = 1:lost_count] $lost index i - 1 using 1:2 with points pt 2 ps 1 lw 2 lc rgb colour_of(lost_slot[i])
