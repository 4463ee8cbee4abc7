"""Neurons as models run: quick and exact, without a circuit."""
