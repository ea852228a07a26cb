"""Interrogations of up to twelve hours: time passes by the clock alone, all else is real."""
