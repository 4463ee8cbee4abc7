"""Files that are written whole, and arrays from files of others."""
