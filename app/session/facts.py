"""What the recorder's log says beside copied pictures, ready for their caption tracks."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from app.domain.facts import Fact, Span, facts_vtt
from app.session.proceeding import Proceeding
from app.session.takes import LOG_FILE, LOG_NAME
from app.store.logfile import read_log

PICTURE_LOST = "picture_lost"
Key = tuple[str, int]  # stream and take


class FactTracks:
    """The caption tracks of one record; empty when no camera was copied."""

    def __init__(self, proceeding: Proceeding) -> None:
        self._facts: dict[Key, list[Fact]] = defaultdict(list)
        self._gaps: dict[Key, list[Span]] = defaultdict(list)
        self._offsets: dict[int, int] = {}
        self._read(proceeding)

    def track(self, stream: str, take: int, label: str) -> str:
        """The WebVTT of a stream that was copied; "" for any other."""
        facts = self._facts.get((stream, take))
        if not facts:
            return ""
        gaps = self._gaps[stream, take]
        return facts_vtt(label, self._offsets.get(take, 0), facts, gaps)

    def _read(self, proceeding: Proceeding) -> None:
        keys = proceeding.keys
        path = proceeding.folder / LOG_FILE
        public_key = keys.signing_key.public_key()
        if not path.exists():
            return
        for line in read_log(path, keys.record_id, LOG_NAME, keys.derive(LOG_NAME), public_key):
            self._take_in(line.body)

    def _take_in(self, body: dict[str, object]) -> None:
        kind, take = body.get("kind"), int(str(body.get("take", 0)))
        key = str(body.get("stream", "")), take
        if kind == "take_opened":
            self._offsets[take] = int(str(body["offset_ms"]))
        elif kind == "fragment" and "at" in body and body["index"] != 0:
            t0, t1 = self._span(body)
            at = datetime.fromisoformat(str(body["at"]))
            temperature, humidity = body.get("temperature_c"), body.get("humidity_percent")
            self._facts[key].append(Fact(t0, t1, at, _number(temperature), _number(humidity)))
        elif kind == "gap" and body.get("reason") == PICTURE_LOST:
            self._gaps[key].append(self._span(body))

    def _span(self, body: dict[str, object]) -> Span:
        offset = self._offsets.get(int(str(body["take"])), 0)
        return int(str(body["t0_ms"])) - offset, int(str(body["t1_ms"])) - offset


def _number(told: object) -> float | None:
    return float(told) if isinstance(told, int | float) else None
