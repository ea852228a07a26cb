"""Steps from one schema of the local database to the next, run whenever it is opened."""
