"""The center's tables and its transactions: SQLite in WAL mode with full sync by default.

- `writing` takes the write lock at its start, so a decision and its row are one step.
- A commit that returned survives a power cut (synchronous = FULL): receipts rely on it.
- The schema is brought up to date when the database is opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import BigInteger, Connection, Engine, String, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry


class Base(DeclarativeBase):
    """All tables of the center."""


class Workstation(Base):
    """One enrolled key of a workstation; a device may have had several."""

    __tablename__ = "workstation"
    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    device: Mapped[str] = mapped_column(String(120), index=True)
    room: Mapped[str] = mapped_column(String(120))
    certificate_pem: Mapped[str]
    journal_key: Mapped[str] = mapped_column(String(44))  # Base64 of a raw Ed25519 key
    enrolled_utc: Mapped[str] = mapped_column(String(24))
    revoked_utc: Mapped[str | None] = mapped_column(String(24))


class Code(Base):
    """A one-time enrolment code, by its digest; empty device or room binds to none."""

    __tablename__ = "code"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    device: Mapped[str] = mapped_column(String(120))
    room: Mapped[str] = mapped_column(String(120))
    expires_ms: Mapped[int] = mapped_column(BigInteger)
    used_by: Mapped[str | None] = mapped_column(String(16))  # key id


class Nonce(Base):
    """A nonce that was seen, kept longer than any request with it could be in time."""

    __tablename__ = "nonce"
    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    time_ms: Mapped[int] = mapped_column(BigInteger, index=True)


class Upload(Base):
    """One file on its way; `offset_bytes` counts only bytes that were checked and synced."""

    __tablename__ = "upload"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    device: Mapped[str] = mapped_column(String(120))
    record_id: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    offset_bytes: Mapped[int] = mapped_column(BigInteger)
    complete: Mapped[bool]
    created_utc: Mapped[str] = mapped_column(String(24))


class Record(Base):
    """A record that was verified and is stored; the receipt follows when the log has it."""

    __tablename__ = "record"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    root: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(16))  # of the key that sealed it
    device: Mapped[str] = mapped_column(String(120))
    room: Mapped[str] = mapped_column(String(120))
    received_utc: Mapped[str] = mapped_column(String(24))
    receipt: Mapped[bytes | None]  # canonical JSON, given out unchanged for ever


class Leaf(Base):
    """One entry of the log: its place and its content, as `signing.receipt.make_leaf` gave it."""

    __tablename__ = "leaf"
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[bytes]


class Opening(Base):
    """One line of the register of opened records: chained and signed, never changed."""

    __tablename__ = "opening"
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[str] = mapped_column(String(64), index=True)
    line: Mapped[bytes]  # as `signing.chain` makes it, without a newline


class LogHead(Base):
    """The end of a workstation's log when it was pinned; rows are only added."""

    __tablename__ = "log_head"
    device: Mapped[str] = mapped_column(String(120), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # lines
    head: Mapped[str] = mapped_column(String(64))  # digest of the last line
    key_id: Mapped[str] = mapped_column(String(16))  # of the key that signed the request
    pinned_utc: Mapped[str] = mapped_column(String(24))


class Database:
    """The tables of one center; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Open the database at an SQLAlchemy URL and bring its schema up to date."""
        self._engine = create_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        _migrate(self._engine)

    @classmethod
    def in_folder(cls, folder: Path) -> Database:
        """The default SQLite database of a center's folder."""
        return cls(f"sqlite:///{folder / 'center.sqlite'}")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view; nothing is written."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that holds the write lock; committed on leaving, or not at all."""
        engine = self._engine.execution_options(takes_write_lock=True)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def utc_now() -> str:
    """The center's wall clock, as kept in every `_utc` column: `2026-11-22T03:04:05.678Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _set_up_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # transactions are begun by _begin_sqlite alone
    for statement in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA busy_timeout = 10000",
    ):
        connection.execute(statement).close()


def _begin_sqlite(connection: Connection) -> None:
    waits = connection.get_execution_options().get("takes_write_lock", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if waits else "BEGIN")


def _migrate(engine: Engine) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.execution_options(takes_write_lock=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
