"""The words screens use for the closed sets of the domain, translated where they are asked for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.domain.events import BreakKind
from app.domain.people import Procedure, Role
from app.domain.phase import Phase
from app.domain.transcript import Origin


def role(of: Role) -> str:
    """What a participant is called."""
    return {
        Role.INVESTIGATOR: QCoreApplication.translate("Words", "Investigator"),
        Role.CLERK: QCoreApplication.translate("Words", "Clerk"),
        Role.SUSPECT: QCoreApplication.translate("Words", "Person questioned"),
        Role.GUARDIAN: QCoreApplication.translate("Words", "Appropriate adult"),
        Role.INTERPRETER: QCoreApplication.translate("Words", "Interpreter"),
        Role.COUNSEL: QCoreApplication.translate("Words", "Counsel"),
    }[of]


def speaks_as(of: Role) -> str:
    """The one-character mark of a line's speaker: asks, answers, or another's role."""
    return {
        Role.INVESTIGATOR: QCoreApplication.translate("Words", "Q"),
        Role.CLERK: QCoreApplication.translate("Words", "Q"),
        Role.SUSPECT: QCoreApplication.translate("Words", "A"),
        Role.GUARDIAN: QCoreApplication.translate("Words", "Ad"),
        Role.INTERPRETER: QCoreApplication.translate("Words", "In"),
        Role.COUNSEL: QCoreApplication.translate("Words", "Co"),
    }[of]


def origin(of: Origin) -> str:
    """Where words come from."""
    return {
        Origin.HEARD: QCoreApplication.translate("Words", "heard"),
        Origin.HEARD_AGAIN: QCoreApplication.translate("Words", "heard again"),
        Origin.TYPED: QCoreApplication.translate("Words", "typed"),
        Origin.TEMPLATE: QCoreApplication.translate("Words", "template"),
        Origin.PASTED: QCoreApplication.translate("Words", "pasted"),
        Origin.CORRECTED: QCoreApplication.translate("Words", "corrected"),
    }[of]


def procedure(of: Procedure) -> str:
    """Which law is followed."""
    return {
        Procedure.CRIMINAL: QCoreApplication.translate("Words", "Criminal interrogation"),
        Procedure.ADMINISTRATIVE: QCoreApplication.translate("Words", "Administrative inquiry"),
        Procedure.WITNESS: QCoreApplication.translate("Words", "Witness or victim inquiry"),
    }[of]


def phase(of: Phase) -> str:
    """A legal stage."""
    return {
        Phase.PREPARED: QCoreApplication.translate("Words", "Prepare"),
        Phase.RIGHTS: QCoreApplication.translate("Words", "Rights"),
        Phase.INTERVIEWING: QCoreApplication.translate("Words", "Interview"),
        Phase.SUSPENDED: QCoreApplication.translate("Words", "Suspended"),
        Phase.READ_BACK: QCoreApplication.translate("Words", "Read-back"),
        Phase.SIGNING: QCoreApplication.translate("Words", "Sign"),
        Phase.SEALED: QCoreApplication.translate("Words", "Seal"),
        Phase.ABANDONED: QCoreApplication.translate("Words", "Abandoned"),
    }[of]


def break_kind(of: BreakKind) -> str:
    """Why questioning rests."""
    return {
        BreakKind.MEAL: QCoreApplication.translate("Words", "Meal"),
        BreakKind.REST: QCoreApplication.translate("Words", "Rest"),
        BreakKind.COUNSEL: QCoreApplication.translate("Words", "Talk with counsel"),
        BreakKind.MEDICAL: QCoreApplication.translate("Words", "Medical care"),
    }[of]


def check(name: str) -> str:
    """A row of the device check; an unknown one is shown by its name."""
    return {
        "microphone": QCoreApplication.translate("Words", "Microphones"),
        "camera": QCoreApplication.translate("Words", "Camera"),
        "climate": QCoreApplication.translate("Words", "Temperature and humidity"),
        "disk": QCoreApplication.translate("Words", "Media folders"),
        "clock": QCoreApplication.translate("Words", "Clock"),
        "keys": QCoreApplication.translate("Words", "Signing key"),
        "model": QCoreApplication.translate("Words", "Speech model"),
        "pads": QCoreApplication.translate("Words", "Signing pads"),
        "center": QCoreApplication.translate("Words", "Center"),
    }.get(name, name)


def trouble_subject(subject: str) -> str:
    """What fails, as the recorder names it: "microphone suspect", "camera-1", a folder's path."""
    device, _, rest = subject.partition(" ")
    if device == "microphone":
        who = {
            "investigator": QCoreApplication.translate("Words", "Investigator's microphone"),
            "suspect": QCoreApplication.translate("Words", "Suspect's microphone"),
            "channel 0": QCoreApplication.translate("Words", "Microphone channel 1"),
            "channel 1": QCoreApplication.translate("Words", "Microphone channel 2"),
        }
        return who.get(rest, QCoreApplication.translate("Words", "Microphone"))
    if device.startswith("camera-"):
        told = QCoreApplication.translate("Words", "Camera %1")
        return told.replace("%1", device.removeprefix("camera-"))
    if device == "climate":
        return QCoreApplication.translate("Words", "Temperature and humidity")
    return subject


def seal_step(name: str) -> str:
    """A step of sealing."""
    return {
        "media": QCoreApplication.translate("Words", "Gather sound and picture"),
        "documents": QCoreApplication.translate("Words", "Write transcript and lists"),
        "digests": QCoreApplication.translate("Words", "Compute digests"),
        "signature": QCoreApplication.translate("Words", "Sign with the workstation key"),
        "timestamp": QCoreApplication.translate("Words", "Ask for a time stamp"),
        "check": QCoreApplication.translate("Words", "Check the sealed record"),
        "catalogue": QCoreApplication.translate("Words", "Enter it in the records list"),
    }.get(name, name)


def delivery(state: str) -> str:
    """How far a record is on its way to the center."""
    return {
        "none": QCoreApplication.translate("Words", "Kept here"),
        "queued": QCoreApplication.translate("Words", "Waiting"),
        "uploading": QCoreApplication.translate("Words", "Being delivered"),
        "delivered": QCoreApplication.translate("Words", "Receipt awaited"),
        "acknowledged": QCoreApplication.translate("Words", "Receipt verified"),
        "rejected": QCoreApplication.translate("Words", "Rejected"),
    }.get(state, state)


def missing(code: str) -> str:
    """What still stands in the way of the next phase, as a thing to do."""
    return {
        "case_missing": QCoreApplication.translate("Words", "Enter the case number or name"),
        "suspect_missing": QCoreApplication.translate("Words", "Enter the person's name"),
        "id_number_wrong": QCoreApplication.translate("Words", "Correct the ID number"),
        "too_few_investigators": QCoreApplication.translate("Words", "Add a second investigator"),
        "name_missing": QCoreApplication.translate("Words", "Name every participant"),
        "place_reason_missing": QCoreApplication.translate("Words", "Say why this place"),
        "guardian_missing": QCoreApplication.translate("Words", "Add the appropriate adult"),
        "interpreter_missing": QCoreApplication.translate("Words", "Add the interpreter"),
        "rights_not_acknowledged": QCoreApplication.translate(
            "Words", "Rights notice not yet acknowledged"
        ),
        "break_already_open": QCoreApplication.translate("Words", "End the break first"),
        "read_back_incomplete": QCoreApplication.translate(
            "Words", "The person has not confirmed the read-back"
        ),
        "page_unread": QCoreApplication.translate("Words", "Not every page was read"),
        "recording_not_healthy": QCoreApplication.translate(
            "Words", "Recording is not healthy, nobody can sign"
        ),
        "marks_missing": QCoreApplication.translate("Words", "Signatures are missing"),
        "reason_missing": QCoreApplication.translate("Words", "Give a reason"),
        "wrong_phase": QCoreApplication.translate("Words", "Finish the phase before"),
    }.get(code, code)
