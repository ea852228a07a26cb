"""Tests of the pads."""
