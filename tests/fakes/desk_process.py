"""A desk in a process of its own, to be killed in mid-interview; says what it does as JSON lines.

`ready` with the record's id when questions may begin, `heard` with each line, then waits for ever.
"""

from __future__ import annotations

import json
import sys
import threading

from PySide6.QtGui import QGuiApplication

from app.domain.people import Role
from app.session.snapshot import Snapshot
from tests.fakes.desk import OFFICER, begin_interview, heard_lines, open_room


def say(**told: object) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Watcher:
    """Says each line once."""

    def __init__(self) -> None:
        self._said = 0

    def take_in(self, value: object) -> None:
        if isinstance(value, Snapshot):
            lines = heard_lines(value.state)
            for line in lines[self._said :]:
                say(heard=line)
            self._said = len(lines)


def main() -> None:
    application = QGuiApplication(sys.argv[:1])
    session = open_room().new(OFFICER)
    begin_interview(session)
    session.subscribe(Watcher().take_in)
    say(ready=session.record_id)
    for line in sys.stdin:  # a line typed at this desk
        session.add_line(Role.INVESTIGATOR, line.strip())
        say(typed=line.strip())
    threading.Event().wait()
    del application


if __name__ == "__main__":
    main()
