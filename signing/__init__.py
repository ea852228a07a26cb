"""Digests, chains, seals and their checks; stands alone and ships to a court."""
