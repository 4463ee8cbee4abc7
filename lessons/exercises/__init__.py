"""Exercises and how answers to them are checked."""
