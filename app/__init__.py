"""The desktop client: processes, session, recorder, delivery and export."""
