# SPDX-License-Identifier: MIT
# A text file as the body of a C array of lines.
s/[\\"]/\\&/g
s/.*/"&\\n",/
