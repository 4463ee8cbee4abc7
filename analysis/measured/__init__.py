"""Measures of a netlist (`.meas`), read off a run."""
