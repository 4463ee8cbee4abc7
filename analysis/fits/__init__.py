"""Which model of a neuron is a circuit: its dynamic I-V curve, candidates fitted, and their judgement."""
