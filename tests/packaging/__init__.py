"""Tests of what builds the things that ship."""
