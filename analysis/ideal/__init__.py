"""The ideal neuron, and the digital one: exact from event to event."""
