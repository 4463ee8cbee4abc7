"""Netlists for other programs: LTspice, Xyce, KiCad."""
