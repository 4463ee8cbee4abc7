"""From a circuit's equations to a neuron of a few numbers: rest, linearisation, fast and slow, the flow left."""
