"""Signals of a simulation against those of the model."""
