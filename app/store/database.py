"""The local database: which records lie here, and what the center knows of them.

- Everything in it can be told again from the records themselves, except what the center said
  last; a damaged database loses no record.
- SQLite in WAL mode, synchronous = FULL: a state that was told to anyone survives a power cut.
- Safe to use from several threads; the schema is brought up to date when it is opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import BigInteger, Connection, Engine, String, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import StorageProblem

FILE_NAME = "shilu.sqlite"


class Base(DeclarativeBase):
    """All local tables."""


class RecordRow(Base):
    """One sealed record of the catalogue."""

    __tablename__ = "record"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    folder: Mapped[str]
    room: Mapped[str]
    case_number: Mapped[str]
    case_name: Mapped[str]
    suspect: Mapped[str]
    sealed_utc: Mapped[str] = mapped_column(String(24), index=True)
    root_digest: Mapped[str] = mapped_column(String(64))
    simulated: Mapped[bool]
    pages: Mapped[int]
    duration_ms: Mapped[int] = mapped_column(BigInteger)  # recorded, without gaps
    verification: Mapped[str] = mapped_column(String(16))
    verification_code: Mapped[str] = mapped_column(String(64))
    verified_utc: Mapped[str] = mapped_column(String(24))


class DeliveryRow(Base):
    """How far one record is on its way to the center."""

    __tablename__ = "delivery"
    record_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    folder: Mapped[str]
    state: Mapped[str] = mapped_column(String(16), index=True)
    queued_utc: Mapped[str] = mapped_column(String(24))
    acknowledged_utc: Mapped[str] = mapped_column(String(24))
    attempts: Mapped[int]
    next_try_ms: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[str] = mapped_column(String(64))
    details: Mapped[str]  # JSON object


class TreeHeadRow(Base):
    """The last tree head seen of one center, by the key id of its receipt key."""

    __tablename__ = "tree_head"
    center: Mapped[str] = mapped_column(String(16), primary_key=True)
    content: Mapped[bytes]  # canonical JSON of a `signing.receipt.TreeHead`


class Database:
    """The tables of one installation."""

    def __init__(self, folder: Path) -> None:
        """Open or make the database in `folder`.

        Raises:
            StorageProblem: `database_damaged` or `folder_unwritable`.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / FILE_NAME
        self._engine = create_engine(f"sqlite:///{file}")
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "begin", _begin)
        try:
            _migrate(self._engine)
        except DatabaseError as error:
            self._engine.dispose()
            is_damaged = isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(
                error.orig, sqlite3.OperationalError
            )
            code = "database_damaged" if is_damaged else "folder_unwritable"
            raise StorageProblem(code, path=str(file), why=str(error.orig)) from error

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


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # transactions are begun by _begin alone
    for statement in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA busy_timeout = 10000",
    ):
        connection.execute(statement).close()


def _begin(connection: Connection) -> None:
    waits = connection.get_execution_options().get("takes_write_lock", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if waits else "BEGIN")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.execution_options(takes_write_lock=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
