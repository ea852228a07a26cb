"""The two families of expected errors of hearing: an unusable model, unreadable sound.

- Sentences for people live with the client's other problems, not here.
"""

from __future__ import annotations

from signing.problem import Detail, Problem

__all__ = ["Detail", "ModelProblem", "Problem", "SoundProblem"]


class ModelProblem(Problem):
    """A speech model cannot be imported, is not what it was, or does not work. `name` says which.

    No sound is lost by any of these: it stays recorded and can be heard later.
    """

    CODES = frozenset(
        {
            "model_not_found",  # no folder of that name or path
            "model_file_missing",  # `file` is not in the folder
            "model_file_malformed",  # `file` is not what it must be
            "model_name_unsafe",
            "model_exists",  # another model of this name is imported
            "model_changed",  # digest differs from the one at import
            "model_tokenizer_wrong",  # tokenizer belongs to another model
            "model_english_only",  # cannot hear `language`
            "model_not_loading",  # the engine refuses it; `why`
            "model_too_large",  # for the memory or disk of this machine
            "model_untried",  # the trial was stopped, or has no clips
            "engine_failed",  # it broke while hearing; `why`
        }
    )


class SoundProblem(Problem):
    """Sound that cannot be read. `path` or `stream` says which."""

    CODES = frozenset(
        {
            "sound_missing",  # no sound stream in it
            "sound_unreadable",
            "sound_empty",
            "sound_silent",  # told, not raised: no channel carries anything
            "sound_channel_silent",  # told: `channel`
            "sound_clipped",  # told: `channel`
            "sound_channels_same",  # told: one microphone on both
            "sound_narrow",  # told: a telephone's rate
            "hearing_stopped",  # by a person; what was heard is kept
            "format_unknown",
            "target_exists",  # the text's file is there already
        }
    )
