"""A sealed record leaves the room: folder, ZIP, documents."""
