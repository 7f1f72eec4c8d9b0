"""Where the server's database is: `--data DIR` (an SQLite file in that folder) or `--database URL`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.store.folders import data_folder

FILE = "trunkline-server.db"
CONNECT_SECONDS = "10"  # to reach PostgreSQL; its own default is to wait for ever


class BadSettings(ValueError):
    """What was asked for cannot be; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A database, and for SQLite the file."""

    url: URL
    file: Path | None

    @property
    def text(self) -> str:
        """The URL with its password, for create_engine."""
        return self.url.render_as_string(hide_password=False)

    @property
    def shown(self) -> str:
        """The database as people may read it."""
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)


def resolve(data: Path | None, database: str | None, *, create: bool) -> Settings:
    """The database that was asked for; the appdirs data folder when nothing was. Raises BadSettings.

    With `create` a missing folder is made (for its owner only); without it a missing file is refused, because a
    command that only looks must not leave an empty database behind.
    """
    if data is not None and database is not None:
        raise BadSettings("give --data or --database, not both")
    if database is not None:
        return _named(database, create=create)
    return _sqlite((data if data is not None else data_folder("server")) / FILE, create=create)


def _named(database: str, *, create: bool) -> Settings:
    try:
        url = make_url(database)
    except (ArgumentError, ValueError):
        # the text is not repeated: it may hold a password
        raise BadSettings("--database is not a URL; it looks like postgresql://user@host/name") from None
    match url.get_backend_name():
        case "sqlite":
            if not url.database or url.database == ":memory:":
                raise BadSettings("a server database needs a file: sqlite:///path/to/trunkline-server.db")
            return _sqlite(Path(url.database), create=create)
        case "postgresql" | "postgres":
            if not url.database:
                raise BadSettings(
                    f"{url.render_as_string()} does not name a database: postgresql://user@host/name"
                )
            url = url.set(drivername="postgresql")
            if "connect_timeout" not in url.query:
                url = url.update_query_dict({"connect_timeout": CONNECT_SECONDS})
            return Settings(url, None)
        case other:
            raise BadSettings(f"Trunkline keeps its data in sqlite or postgresql, not in {other}")


def _sqlite(file: Path, *, create: bool) -> Settings:
    folder = file.parent
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as err:
            raise BadSettings(f"the folder {folder} cannot be made: {err.strerror}") from None
    elif not file.is_file():
        raise BadSettings(f"there is no Trunkline database in {folder}; `trunkline-server serve` makes one")
    return Settings(URL.create("sqlite", database=file.as_posix()), file)
