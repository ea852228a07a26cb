"""What the client keeps on its own disk: logs, keys, catalogue and outbox."""
