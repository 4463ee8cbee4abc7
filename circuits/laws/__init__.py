"""The language of laws: text to a tree, what its words mean, and the one spelling that is kept."""
