"""What desk and tablet tell each other besides the snapshot, as signals and nothing else.

- The tablet follows the snapshot by itself; these signals only point: which page, which field.
- The tablet sends its own commands (`show_rights`, `acknowledge_rights`, `page_read`, `object`,
  `give_marks`) through the `SessionModel`; what it tells the desk here is for mirroring.
- Pages count from 1. A page kind is one of `KINDS`.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

KINDS = ("language", "rights", "acknowledge", "waiting", "exhibit", "read", "sign", "receipt")


class TabletLink(QObject):
    """The wire between the officer's window and the person's."""

    # from the desk to the tablet
    rights_page_changed = Signal(int, str)  # page, language code
    acknowledge_requested = Signal()  # the person is to sign the rights notice
    read_page_changed = Signal(int)
    sign_requested = Signal(str, str)  # signer id, field name
    sign_withdrawn = Signal()  # the desk takes the field away again; nothing was given
    exhibit_changed = Signal()  # the snapshot's exhibit_on_tablet says which
    receipt_ready = Signal(object)  # app.session.snapshot.SealedRecord
    unlocked = Signal()  # an officer took the only screen back

    # from the tablet to the desk
    page_shown = Signal(str, int)  # kind, page
    language_chosen = Signal(str)
    marks_given = Signal(str, str)  # signer id, field name: journaled, the next may come
    marks_refused = Signal(object)  # Problem: pad or session did not take the mark
    hint_given = Signal(object)  # the fingerprint pad's live hint, as the person sees it
    objected = Signal(str, int)  # kind, page: the objection itself is in the snapshot
    unlock_asked = Signal()  # somebody at the only screen wants the desk back
