"""`trunkline`: the tablet app. Draws a window first and imports the rest while it is on the screen."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from PySide6.QtWidgets import QApplication

    from app.desktop.shell import Shell
    from app.desktop.window import Window

log = logging.getLogger("trunkline")


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="trunkline", description="Field sales that works without a network."
    )
    parser.add_argument("--server", metavar="URL", default="", help="address of the company's server")
    parser.add_argument("--user", metavar="LOGIN", default="", help="who works here")
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="keep data here instead of the per-user folder"
    )
    parser.add_argument(
        "--password-stdin", action="store_true", help="sign in with the password read from stdin"
    )
    parser.add_argument("--theme", choices=("light", "dark"), help="how it looks, this time")
    parser.add_argument("--sync-manually", action="store_true", help="sync only when asked (scripted runs)")
    parser.add_argument(
        "--self-check", action="store_true", help="see that everything the app needs is here, and end"
    )
    parser.add_argument(
        "--enrol-and-sync",
        metavar="URL",
        help="without a window: sign in, enrol, load everything, print counts as JSON",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app; the exit code."""
    options = parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if options.self_check:
        from app.desktop.self_check import self_check

        return self_check(options.data)
    if options.enrol_and_sync:
        from app.desktop.headless import enrol_and_sync

        return enrol_and_sync(
            options.enrol_and_sync, options.user, sys.stdin.readline().rstrip("\n"), options.data
        )
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    """The first frame, with as little as it needs; then the rest."""
    from PySide6.QtWidgets import QApplication

    from app.desktop.preferences import PreferencesFile
    from app.desktop.tongue import put_on
    from app.desktop.window import FIRST, Window
    from app.screens.wording import tr

    app = QApplication(sys.argv[:1])
    folder: Path | None = options.data
    if folder is None:
        from app.store.folders import data_folder

        folder = data_folder("tablet")
    kept = PreferencesFile(folder / "settings.json").load()
    put_on(kept.language)
    app.setApplicationName(tr("app.name"))
    app.setDesktopFileName("trunkline")
    wearing = options.theme or (kept.theme if kept.theme in FIRST else "light")
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else ""
    window, closing = Window(wearing=wearing), list[Callable[[], None]]()
    window.after_first_frame(lambda: closing.append(_begin(app, window, wearing, folder, options, password)))
    window.show()
    code = app.exec()
    for close in closing:
        close()
    return code


def _begin(
    app: QApplication,
    window: Window,
    wearing: str,
    folder: Path,
    options: argparse.Namespace,
    password: str,
) -> Callable[[], None]:
    """What makes a desk of the first frame; what is answered lets go of it all."""
    from app.desktop.compose import real_house
    from app.desktop.housekeeping import Housekeeping
    from app.desktop.shell import Shell
    from app.desktop.theme import Theme

    theme = Theme(wearing, app)
    theme.apply()
    shell = Shell(real_house(folder), theme, by_hand=options.sync_manually, window=window)
    keeping = Housekeeping(lambda: shell.tasks.waited_for)
    _tell_bugs(shell)
    ears = _end_when_told(app)
    shell.begin(server=options.server, user=options.user, password=password)

    def close() -> None:
        import signal

        shell.close()
        keeping.stop()
        sys.excepthook = sys.__excepthook__
        signal.set_wakeup_fd(-1)
        for ear in ears:
            ear.close()

    return close


def _tell_bugs(shell: Shell) -> None:
    """An exception nobody caught is logged and shown, never swallowed; what was saved is safe, so the app goes on."""
    from app.desktop.tasks import BadNews

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        shell.on_failed(BadNews(error.with_traceback(trace), "window"))

    sys.excepthook = hook


def _end_when_told(app: QApplication) -> tuple[socket.socket, ...]:
    """Ctrl+C and a polite kill close the window as a person would. Qt sleeps outside Python, so a signal has to wake it
    through a socket; close those returned when the app has ended."""
    import signal
    import socket

    from PySide6.QtCore import QSocketNotifier

    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    signal.set_wakeup_fd(theirs.fileno())
    woken = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, app)
    woken.activated.connect(lambda: ours.recv(64))
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda _signal, _frame: app.closeAllWindows())
    return ours, theirs


if __name__ == "__main__":
    sys.exit(main())
