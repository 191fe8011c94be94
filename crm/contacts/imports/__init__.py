"""Bringing in people from a file: reading, mapping, checking, writing."""
