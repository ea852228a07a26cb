"""The families of expected errors of the client; sentences live in resources/i18n/problems.toml.

- A process answers another with a code and details, never with a sentence or a traceback.
- The exit status of the command line follows the family, not the place that raised it.
"""

from __future__ import annotations

from signing.problem import Detail, KeyProblem, PadProblem, Problem, SealProblem

__all__ = [
    "Detail",
    "DeviceProblem",
    "InputProblem",
    "KeyProblem",
    "PadProblem",
    "Problem",
    "Refused",
    "SealProblem",
    "SetupProblem",
    "SlipProblem",
    "StorageProblem",
    "SyncProblem",
]


class Refused(Problem):
    """A command the law or the phase does not allow now; nothing was changed."""

    CODES = frozenset(
        {
            "wrong_phase",
            "reason_missing",
            "approval_missing",
            "too_few_investigators",
            "suspect_missing",
            "name_missing",
            "case_missing",
            "place_reason_missing",
            "guardian_missing",
            "interpreter_missing",
            "rights_not_acknowledged",
            "recording_not_healthy",
            "no_such_utterance",
            "proposal_unknown",
            "text_empty",
            "heard_by_hand",
            "line_not_adjacent",
            "break_already_open",
            "no_break_open",
            "signer_unknown",
            "already_signed",
            "marks_missing",
            "page_unread",
            "read_back_incomplete",
            "page_changed",
            "sealed_is_final",
            "id_number_wrong",
            "objection_empty",
            "cover_empty",
            "cover_line_unknown",
            "cover_field_unknown",
            "cover_word_too_short",
            "cover_word_not_found",
        }
    )


class DeviceProblem(Problem):
    """A microphone, camera or sensor does not do its work."""

    CODES = frozenset(
        {
            "device_not_found",
            "device_refused",
            "device_lost",
            "device_moved",
            "device_silent",
            "printer_failed",
            "slip_not_printed",
            "printer_paper",
            "microphone_twice",
            "picture_frozen",
            "picture_black",
            "camera_unreachable",
            "camera_not_copyable",
            "sensor_lost",
            "sensor_wrong",
            "simulated_in_production",
            "encoder_failed",
        }
    )


class StorageProblem(Problem):
    """A folder or file cannot be written or read."""

    CODES = frozenset(
        {
            "disk_full",
            "disk_short",
            "folder_unwritable",
            "folder_missing",
            "both_folders_lost",
            "one_folder_lost",
            "journal_damaged",
            "custody_cut",
            "record_not_found",
            "media_damaged",
            "film_damaged",
            "film_unproven",
            "database_damaged",
            "target_exists",
        }
    )


class SetupProblem(Problem):
    """The machine or its settings are not ready for a real session."""

    CODES = frozenset(
        {
            "key_store_missing",
            "key_store_locked",
            "key_store_not_kept",
            "key_store_emptied",
            "setting_unknown",
            "setting_wrong",
            "settings_unreadable",
            "same_folder_twice",
            "second_folder_missing",
            "model_for_demonstration",
            "recorder_not_answering",
            "recorder_busy",
            "transcriber_not_answering",
            "room_taken",
            "token_wrong",
            "message_malformed",
            "not_enrolled",
            "certificate_ending",
            "token_not_set_up",
            "tool_missing",
            "clock_compared",  # no fault: how far it is off, for the device check
            "clock_not_compared",
            "clock_wrong",
            "time_server_unreachable",
            "demo_stuck",
            "display_missing",
        }
    )


class SyncProblem(Problem):
    """The center cannot be reached or gives an answer that is not right."""

    CODES = frozenset(
        {
            "center_unreachable",
            "center_refused",
            "code_wrong",
            "offset_wrong",
            "writer_busy",
            "upload_too_large",
            "digest_wrong",
            "receipt_wrong",
            "log_inconsistent",
            "certificate_wrong",
        }
    )


class InputProblem(Problem):
    """What a person gave to the command line cannot be used."""

    CODES = frozenset(
        {
            "argument_wrong",
            "file_not_found",
            "file_unreadable",
            "format_unknown",
            "archive_refused",
            "cover_list_wrong",
        }
    )


class SlipProblem(Problem):
    """What was typed from the person's slip cannot be read, or is of another record."""

    CODES = frozenset(
        {"slip_letter_wrong", "slip_length_wrong", "slip_of_other_record", "slip_digest_differs"}
    )
