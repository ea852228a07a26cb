"""Digests every listed payload file while other checks go on; each byte is read once.

- Documents come first and are known before the films: what reads them can begin early.
- The heads of a film's pieces are states of its digest, taken in passing.
- All files that are not as listed are found, not only the first.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from signing import manifest
from signing.digest import Progress
from signing.heads import HeadChain, planned_lengths
from signing.problem import SealProblem
from signing.record_files import RecordFiles, read_blocks
from signing.verify_bag import RECORDER

FILM = ".mp4"
Found = Future[SealProblem | None]


class Payload:
    """The payload being read; leaving the block ends all reading."""

    def __init__(
        self, files: RecordFiles, listed: Mapping[str, str], progress: Progress | None = None
    ) -> None:
        """Begin.

        Args:
            files: The opened record.
            listed: Digest of every payload file; those that are not there are passed over.
            progress: Told bytes, one call at a time though from several threads; it may raise.
        """
        self._files = files
        self._listed = listed
        self._told = None if progress is None else manifest.OneAtATime(progress)
        self._stop = threading.Event()
        lengths = planned_lengths(files, RECORDER)
        self._chains = {name: HeadChain(lengths.get(name, ())) for name in listed}
        self._pool = ThreadPoolExecutor(manifest.THREADS, "digest")
        # The largest begin first, so that none is left to run alone at the end.
        names = sorted(listed.keys() & files.sizes.keys(), key=self._place)
        self._running = {name: self._pool.submit(self._judge, name) for name in names}

    def _place(self, name: str) -> tuple[bool, int]:
        return name.endswith(FILM), -self._files.sizes[name]

    @property
    def heads(self) -> Mapping[str, Sequence[str]]:
        """Of the pieces of every file, as it lies there; whole when `films` has returned."""
        return {name: chain.heads for name, chain in self._chains.items()}

    def documents(self) -> list[SealProblem]:
        """Every file but the films that is not as listed; waits until that is known."""
        return self._problems(films=False)

    def films(self) -> list[SealProblem]:
        """Every film that is not as listed; waits until that is known."""
        return self._problems(films=True)

    def _problems(self, *, films: bool) -> list[SealProblem]:
        asked = [one for name, one in self._running.items() if name.endswith(FILM) is films]
        return [problem for one in asked if (problem := one.result()) is not None]

    def _judge(self, name: str) -> SealProblem | None:
        chain = self._chains[name]
        try:
            for block in read_blocks(self._files, name, self._read):
                chain.update(block)
        except SealProblem as problem:
            return problem
        is_same = chain.hexdigest() == self._listed[name]
        return None if is_same else SealProblem("file_changed", path=name)

    def _read(self, count: int) -> None:
        if self._stop.is_set():
            raise CancelledError
        if self._told is not None:
            self._told(count)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)
