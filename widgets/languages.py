"""The screens' language: Chinese or English, switched while the program runs.

- The rights notice and the transcript have languages of their own; this is the officers'.
- Qt tells every widget by QEvent.LanguageChange; each redraws its own words.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator, Signal

from app.paths import RESOURCES

LANGUAGES = ("zh", "en")
FOLDER = RESOURCES / "i18n"
CATALOGUES = ("desk",)


class Languages(QObject):
    """Which language the screens speak now."""

    changed = Signal(str)

    def __init__(self, code: str = "zh", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._code = ""
        self._installed: list[QTranslator] = []
        self.use(code)

    @property
    def code(self) -> str:
        """`zh` or `en`."""
        return self._code

    def use(self, code: str) -> None:
        """Speak `code` from now on; an unknown code is Chinese. English is the source itself."""
        code = code if code in LANGUAGES else "zh"
        if code == self._code:
            return
        self._code = code
        self.remove()
        if code == "zh":
            for name in CATALOGUES:
                self._install(str(FOLDER), f"{name}_zh_CN")
            qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            self._install(qt_folder, "qtbase_zh_CN")
        self.changed.emit(code)

    def remove(self) -> None:
        """Take the translations out of the application again."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()

    def _install(self, folder: str, name: str) -> None:
        translator = QTranslator(self)
        if translator.load(name, folder):
            QCoreApplication.installTranslator(translator)
            self._installed.append(translator)
