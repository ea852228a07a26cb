"""What will come out of the printer, before it does; a window of its own that blocks nothing.

- What is previewed and what is printed are drawn by the same call.
- Without a printer the page can still be seen; saving it as PDF is the page's own button.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPageSize, QTextDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo, QPrintPreviewWidget
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from widgets.icons import IconButton
from widgets.parts import layouts


class PrintWindow(QWidget):
    """The pages of a document, a choice of printers and a button."""

    def __init__(self, document: QTextDocument, size: QPageSize, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Print"))
        self._document = document
        self._document.setParent(self)
        self.printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self.printer.setPageSize(size)
        self.preview = QPrintPreviewWidget(self.printer, self)
        self.preview.paintRequested.connect(self._document.print_)
        self.printers = QComboBox()
        self.printers.addItems(QPrinterInfo.availablePrinterNames())
        self.printers.setCurrentText(QPrinterInfo.defaultPrinterName())
        self.none = layouts.label("hint", wrap=True)
        self.none.setText(self.tr("No printer is set up on this machine. Save the page as PDF."))
        self.print = IconButton("printer", "primary")
        self.print.setText(self.tr("Print"))
        has_printer = self.printers.count() > 0
        self.printers.setVisible(has_printer)
        self.print.setEnabled(has_printer)
        self.none.setVisible(not has_printer)
        self.printers.currentTextChanged.connect(self._on_printer)
        self.print.clicked.connect(self._on_print)
        column = QVBoxLayout(self)
        column.addWidget(self.preview, 1)
        column.addWidget(self.none)
        column.addLayout(layouts.row(self.printers, None, self.print))
        self.resize(620, 800)
        self.preview.fitInView()
        if has_printer:
            self._on_printer(self.printers.currentText())

    @Slot(str)
    def _on_printer(self, name: str) -> None:
        size = self.printer.pageLayout().pageSize()
        self.printer.setPrinterName(name)
        self.printer.setPageSize(size)
        self.preview.updatePreview()

    @Slot()
    def _on_print(self) -> None:
        self._document.print_(self.printer)
        self.close()
