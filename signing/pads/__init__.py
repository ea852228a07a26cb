"""Pen and fingerprint pads: one protocol, one file for each driver, a registry."""
