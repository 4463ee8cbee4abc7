"""Neuron models as text for other simulators, and as NIR."""
