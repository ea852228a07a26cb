"""Attacks 15, 16, 18, 19, 22 and 25: full disks, kills, key stores, tokens, stores and size."""

from __future__ import annotations

import random
import time

from signing import paper
from signing.merkle import Log, check_inclusion
from tests.attacks.attack import NOT_RUN, PROVED_BY_TEST, NotRun, ProvedByTest, attack
from tests.attacks.ground import Ground
from tests.fakes.record import MOMENT, plain_pdf

RECORDING = "tests/app/recorder/test_recording.py"
FOLDER = "tests/app/recorder/test_folder.py"
KEY_STORE = "tests/app/store/test_keystore.py"

PROVED_BY_TEST += [
    ProvedByTest(15, "disk full in the middle of a fragment", "disk_full, torn piece cut off",
                 f"{FOLDER}::test_a_full_disk_is_said_and_the_torn_piece_cut_off"),
    ProvedByTest(15, "disk full at the recorder's log", "lines wait in their order",
                 f"{FOLDER}::test_lines_wait_for_a_full_disk_in_their_order"),
    ProvedByTest(15, "disk reserve reached while recording", "take closed whole",
                 f"{RECORDING}::test_at_the_disk_reserve_the_take_is_closed_whole"),
    ProvedByTest(15, "disk reserve reached before", "disk_short",
                 f"{RECORDING}::test_below_the_disk_reserve_no_take_is_begun"),
    ProvedByTest(15, "one of two folders cannot be written", "one_folder_lost",
                 f"{RECORDING}::test_the_other_folder_goes_on_when_one_cannot_be_written"),
    ProvedByTest(16, "recorder killed", "at most 2 s lost, new take",
                 f"{RECORDING}::test_a_killed_recorder_loses_at_most_two_seconds"),
    ProvedByTest(16, "center killed in the middle of a piece", "resumed, digest equal",
                 "tests/center/test_upload.py"
                 "::test_a_server_killed_in_the_middle_of_a_piece_goes_on_right"),
    ProvedByTest(16, "center stops before the receipt", "mended by asking again",
                 "tests/center/test_records.py::test_a_crash_before_the_receipt_is_mended"),
    ProvedByTest(16, "center stops before its log", "mended by asking again",
                 "tests/center/test_records.py::test_a_crash_before_the_log_is_mended"),
    ProvedByTest(18, "no key store, or a locked one", "key_store_missing, nothing written",
                 f"{KEY_STORE}::test_without_a_key_store_nothing_is_written"),
    ProvedByTest(18, "a null backend named in the environment", "ignored",
                 f"{KEY_STORE}::test_a_null_backend_named_in_the_environment_is_not_asked"),
    ProvedByTest(18, "the key deleted from the key store", "key_store_emptied",
                 f"{KEY_STORE}::test_an_emptied_key_store_is_said_and_makes_no_new_key"),
    ProvedByTest(18, "another machine's key", "key_wrong",
                 f"{KEY_STORE}::test_another_machine_cannot_open_a_record"),
]  # fmt: skip
PROVED_BY_TEST += [
    ProvedByTest(18, "the escrow opens the record of a dead workstation", "opened at the center",
                 "tests/app/cli/test_escrow.py::test_sound_picture_text_and_marks_of_a_killed_"
                 "workstation_are_read_at_the_center"),
    ProvedByTest(18, "another center's escrow key", "opens nothing, noted",
                 "tests/app/cli/test_escrow.py::test_another_center_opens_nothing_and_the_try_is_"
                 "noted"),
    ProvedByTest(19, "a token taken out while it signs", "paper as it was",
                 "tests/signing/test_token.py::test_a_token_taken_out_while_signing_leaves_the_"
                 "paper_as_it_was"),
    ProvedByTest(19, "a token with a wrong PIN", "token_pin_wrong",
                 "tests/signing/test_token.py::test_a_wrong_pin_is_told_as_such"),
    ProvedByTest(19, "a token that signs with another key than it shows", "refused",
                 "tests/signing/test_token.py::test_a_token_that_signs_with_another_key_than_it_"
                 "shows_is_refused"),
]  # fmt: skip

NOT_RUN += [
    NotRun(15, "disk full at a PDF's append, the database and an upload",
           "done by make crash-test, where it covers them"),
    NotRun(16, "kill -9 at every step; a power cut that drops unsynced writes",
           "kills are done by make crash-test; dropping writes needs a device of its own"),
    NotRun(19, "an officer's token after three wrong PINs",
           "the software token at hand never locks; a real one does, and says so (see its codes)"),
    NotRun(22, "delete, shorten, overwrite or weaken a locked object in S3",
           "needs a real server with Object Lock; the stand-in at hand does not enforce it"),
    NotRun(25, "a record of 5 GB", "measured by make bench-sealing"),
]  # fmt: skip

SIGNERS = 20
PAGES = 30


@attack(25, "20 signers on 30 pages verify within 2 s", "within 2 s")
def _many_signers(ground: Ground) -> str:
    keys = ground.master.keys
    names = [f"signer-{n:02d}" for n in range(SIGNERS)]
    fields = [paper.Field(name, 1 + n, (50.0, 50.0, 140.0, 90.0)) for n, name in enumerate(names)]
    pdf = paper.prepare(plain_pdf(PAGES), fields)
    for name in names:
        act = paper.Signing(name, "somebody", "signed", MOMENT, lock=name == names[-1])
        pdf = paper.sign(pdf, act, keys.seal_key, keys.chain)
    started = time.monotonic()
    paper.check(pdf, names, ground.trust)
    took_s = time.monotonic() - started
    return "within 2 s" if took_s < 2 else f"{took_s:.1f} s"


@attack(25, "a proof among a million records within 1 ms", "within 1 ms")
def _many_leaves(ground: Ground) -> str:
    log, count = Log(), 1_000_000
    for number in range(count):
        log.append(number.to_bytes(8, "big"))
    root, dice = log.root(), random.Random(25)
    picked = [dice.randrange(count) for _ in range(200)]
    started = time.monotonic()
    for index in picked:
        path = log.inclusion_path(index)
        check_inclusion(index.to_bytes(8, "big"), index, count, path, root)
    took_ms = (time.monotonic() - started) * 1000 / len(picked)
    return "within 1 ms" if took_ms < 1 else f"{took_ms:.1f} ms"
