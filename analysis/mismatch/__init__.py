"""How a neuron's parameters spread when its parts do: predicted from sensitivities, measured over instances."""
