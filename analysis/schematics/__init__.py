"""Schematics of any circuit: which symbol each element has, where it stands, how its wires run."""
