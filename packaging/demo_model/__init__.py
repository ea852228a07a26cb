"""Builds the demonstration's speech model from nothing: sentences, sound, training, export."""
