"""Netlists that people bring: text in, through what ngspice understands, to elements."""
