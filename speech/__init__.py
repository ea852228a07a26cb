"""Hearing: sound in, lines out; no screen, no file of ours, no network."""
