"""Workstations, one-time codes, nonces, uploads, records and the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _make_accounts()
    op.create_table(
        "upload",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("device", sa.String(120), nullable=False),
        sa.Column("record_id", sa.String(64), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("length_bytes", sa.BigInteger, nullable=False),
        sa.Column("offset_bytes", sa.BigInteger, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("created_utc", sa.String(24), nullable=False),
        sa.UniqueConstraint("device", "record_id", "path", "digest", name="uq_upload_file"),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("device", sa.String(120), nullable=False),
        sa.Column("room", sa.String(120), nullable=False),
        sa.Column("received_utc", sa.String(24), nullable=False),
        sa.Column("receipt", sa.LargeBinary, nullable=True),
    )
    op.create_table(
        "leaf",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.String(64), nullable=False, unique=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _make_accounts() -> None:
    op.create_table(
        "workstation",
        sa.Column("key_id", sa.String(16), primary_key=True),
        sa.Column("device", sa.String(120), nullable=False, index=True),
        sa.Column("room", sa.String(120), nullable=False),
        sa.Column("certificate_pem", sa.Text, nullable=False),
        sa.Column("journal_key", sa.String(44), nullable=False),
        sa.Column("enrolled_utc", sa.String(24), nullable=False),
        sa.Column("revoked_utc", sa.String(24), nullable=True),
    )
    op.create_table(
        "code",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("device", sa.String(120), nullable=False),
        sa.Column("room", sa.String(120), nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("used_by", sa.String(16), nullable=True),
    )
    op.create_table(
        "nonce",
        sa.Column("key_id", sa.String(16), primary_key=True),
        sa.Column("value", sa.String(64), primary_key=True),
        sa.Column("time_ms", sa.BigInteger, nullable=False, index=True),
    )
