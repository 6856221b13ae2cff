# SPDX-License-Identifier: MIT
# One panel, a square of half-width `extent`: $field arrows as broken lines, $path, its ends, limit cycles.
set xrange [-extent:extent]
set yrange [-extent:extent]
set border 15 lc rgb faint
set xtics scale 0.4 tc rgb muted font ',9' offset 0,0.5
set ytics scale 0.4 tc rgb muted font ',9' offset 0.6,0
set key off
unset object
if (cycles > 0) { set object 1 circle at 0,0 radius first 1 fs empty border lc rgb muted dt 2 lw 1 }
if (cycles > 0) { set object 2 circle at 0,0 radius first 0.75 fs empty border lc rgb muted dt 2 lw 1 }
set title tc rgb ink font ',11' offset 0,-0.6
plot $field using 1:2 with lines lc rgb 0xbbbbbb lw 0.8, \
     $path using 1:2 with lines lc rgb path_colour lw 1.5, \
     $begin using 1:2 with points pt 6 ps 1 lw 1.5 lc rgb ink, \
     $end using 1:2 with points pt end_point ps 1 lw 2 lc rgb path_colour
