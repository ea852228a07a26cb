"""Enrolment and delivery to the center."""
