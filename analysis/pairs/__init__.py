"""Two circuits: whether they are the same, what differs, and what that does."""
