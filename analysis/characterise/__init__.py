"""What neuron is this: a circuit of any kind is measured by experiments that choose their own stimuli."""
