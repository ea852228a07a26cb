"""Crashes on purpose: power cut at every operation of a disk, and processes killed for real."""
