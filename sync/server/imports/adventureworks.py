"""AdventureWorks, Microsoft's sample manufacturer, or any folder of that shape: a firm with its customers and past.

The steps follow the references: company, customers, catalogue, stock, orders. Each lives in its own module (`aw_…`).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from sync.server.imports.aw_accounts import import_accounts
from sync.server.imports.aw_catalogue import import_catalogue
from sync.server.imports.aw_company import import_company
from sync.server.imports.aw_files import SPECS
from sync.server.imports.aw_orders import import_orders
from sync.server.imports.aw_stock import import_stock
from sync.server.imports.reading import open_folder
from sync.server.imports.report import ImportReport, Progress, quiet
from sync.server.imports.writer import Writer


def import_adventureworks(engine: Engine, folder: Path, *, progress: Progress = quiet) -> ImportReport:
    """Import `folder` into the database; what is there already and equal stays as it is.

    Raises ImportRefused, with nothing changed, when a file is missing, broken or has the wrong header. Rows that are
    wrong are left out and named in the report.
    """
    report = ImportReport("adventureworks")
    reading = open_folder(folder, SPECS, report, progress)
    with Writer(engine, report) as writer:
        company = import_company(reading, writer, engine)
        catalogue = import_catalogue(reading, writer)
        accounts = import_accounts(reading, writer, company)
        import_stock(reading, writer, engine, catalogue)
        import_orders(reading, writer, company, accounts, catalogue)
    reading.judge.settle()
    return report
