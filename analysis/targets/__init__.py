"""The circuit against the published equations that it is meant to be."""
