"""Noise: of resistors, switches and devices to every probe, and what it does to the times of spikes."""
