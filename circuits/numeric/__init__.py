"""The equations as numbers: functions, matrices, unknowns found by Newton, jumps held on a side."""
