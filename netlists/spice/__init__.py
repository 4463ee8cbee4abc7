"""SPICE text from circuits."""
