"""Delivery goes on by itself: a center away, a killed server, a stopped program."""

from __future__ import annotations

import threading
from itertools import pairwise

from app.store.outbox import DeliveryState
from app.sync.upload import Pace
from app.sync.worker import DeliveryChanged, DeliveryWorker
from signing.verify import verify
from tests.app.sync.conftest import Desk

PIECE_BYTES = 1 << 20
LARGE_BYTES = 12 << 20


def test_a_center_that_is_away_is_asked_again(own_desk: Desk) -> None:
    built = own_desk.seal("r1")
    own_desk.center.stop()
    found = own_desk.deliver("r1", built.folder)
    assert (found.state, found.code) == (DeliveryState.QUEUED, "center_unreachable")
    assert found.next_try_ms > 0
    assert found.attempts == 1
    worker = own_desk.worker()
    worker.start()
    try:
        own_desk.center.start()
        worker.wake()
        own_desk.wait_for("r1", DeliveryState.ACKNOWLEDGED)
    finally:
        assert worker.stop()


def test_a_server_killed_during_delivery_is_resumed(own_desk: Desk) -> None:
    built = own_desk.seal("r1", media_bytes=LARGE_BYTES)
    killed = threading.Event()

    def kill_half_way(changed: DeliveryChanged) -> None:
        if not killed.is_set() and changed.done_bytes > LARGE_BYTES // 2:
            own_desk.center.kill()
            killed.set()

    worker = DeliveryWorker(
        own_desk.database, own_desk.enrolment, own_desk.keys, on_change=kill_half_way
    )
    worker._pace = Pace(PIECE_BYTES)
    own_desk.outbox.queue("r1", built.folder)
    worker.start()
    try:
        assert killed.wait(60)
        own_desk.wait_for("r1", DeliveryState.QUEUED)
        own_desk.center.start()
        own_desk.outbox.retry("r1")
        worker.wake()
        own_desk.wait_for("r1", DeliveryState.ACKNOWLEDGED)
    finally:
        assert worker.stop()
    verify(built.folder, trust=[own_desk.enrolment.authority], require_receipt=True)


def test_a_stopped_worker_leaves_a_queued_delivery_that_goes_on(desk: Desk) -> None:
    built = desk.seal("w1", media_bytes=LARGE_BYTES)
    some_sent = threading.Event()

    def stop_after_some(changed: DeliveryChanged) -> None:
        if changed.done_bytes > 2 * PIECE_BYTES:
            some_sent.set()
            first._stop.set()

    first = DeliveryWorker(desk.database, desk.enrolment, desk.keys, on_change=stop_after_some)
    first._pace = Pace(PIECE_BYTES)
    desk.outbox.queue("w1", built.folder)
    first.start()
    assert some_sent.wait(60)
    found = desk.wait_for("w1", DeliveryState.QUEUED)
    assert first.stop()
    assert (found.attempts, found.code) == (0, "")
    told: list[int] = []
    again = DeliveryWorker(
        desk.database,
        desk.enrolment,
        desk.keys,
        on_change=lambda changed: told.append(changed.done_bytes),
    )
    again.start()
    try:
        desk.wait_for("w1", DeliveryState.ACKNOWLEDGED)
    finally:
        assert again.stop()
    grown = [later - earlier for earlier, later in pairwise(told)]
    assert max(grown) >= PIECE_BYTES  # what was there is counted at once, not sent again


def test_a_worker_without_work_stops_at_once(desk: Desk) -> None:
    worker = desk.worker()
    worker.start()
    assert worker.stop(5)
