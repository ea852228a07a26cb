"""Steps from one database schema to the next, run whenever the center starts."""
