# SPDX-License-Identifier: MIT
# One row a method, one column a rho. $converged and the outcomes of $others, one after the other, hold
# x y x_low x_high y_low y_high cost text colour; $proved holds x_begin x_end y_low y_high of each row.
set lmargin at screen left_edge
set rmargin at screen 0.9
set bmargin at screen 1 - (rows * 24.0 + 44) / height
set tmargin at screen 1 - 44.0 / height
set xrange [x_low:x_high]
set yrange [rows:0]
set border 0
set xtics scale 0 nomirror
set ytics scale 0
set xlabel 'ρ'
set key at screen 0.9, screen 1 - 8.0 / height right top horizontal Left reverse samplen 1.5 width 1 maxrows 1
set palette defined (0 '#d8eafd', 0.25 '#93c4f5', 0.5 '#4792e0', 0.75 '#1f62b3', 1 '#0c2f60')
set logscale cb
set cbrange [cost_low:cost_high]
set cblabel 'evaluations of F' offset 1
set colorbox user origin screen 0.915, graph 0 size screen 0.015, graph 1 noborder
set cbtics scale 0
set style fill solid 1 noborder
plot $converged using 1:2:3:4:5:6:7 with boxxyerror fc palette notitle, \
     for [i = 1:others] $others index i - 1 using 1:2:3:4:5:6 with boxxyerror fc rgb other_colour[i] title other_name[i], \
     $converged using 1:2:8:9 with labels font ',10' tc rgb variable notitle, \
     for [i = 1:others] $others index i - 1 using 1:2:8 with labels font ',10' notitle, \
     $proved using 1:4:($2 - $1):(0) with vectors nohead lw 1.6 lc rgb 0xd9571e notitle, \
     $proved using 1:($3 + 0.78 * ($4 - $3)):(0):(0.22 * ($4 - $3)) with vectors nohead lw 4 lc rgb 0xd9571e notitle, \
     NaN with lines lw 4 lc rgb 0xd9571e title 'proved right of the bar'
