"""When two events of an exact event-driven model happen at one instant.

All that arrives at an instant is added before any threshold is asked, so that the order in which events are listed
(lines of an input, neurons, synapses) means nothing. Then every neuron whose threshold is reached spikes, all of them
together; what their spikes do without a delay is added next, and thresholds are asked again, until nobody spikes.
"""

SAME = 1e-12
"""Share of its time within which events belong to the first one's instant: a time and a delay added up are not the
last digit of their sum. The same share of the way from reset to threshold, when what arrived lifts a membrane there:
ten jumps of 0.1 reach 1."""
