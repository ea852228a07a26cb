"""Qt widgets: they show snapshots, send commands and decide nothing."""
