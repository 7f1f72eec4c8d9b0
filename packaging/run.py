"""`make run`. With a screen: a server with the demo company, and the app open, signed in as its rep. Without one: the
day in the field, played by the same programs offscreen (tests/journeys/day).

    run.py [--database sqlite|postgres|URL] [--screenshot FILE [--quit-after]] [--folder build/demo]

The demo lives in build/demo and is there again the next time: the server's books, the tablet's data and, where the
desktop has no keyring, a keyring of its own. Delete the folder to begin anew.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
DAY = HOUSE / "tests" / "journeys" / "day"
sys.path[:0] = [str(DAY.parent), str(DAY)]

from programs import PASSWORD, Broken, Server, Store, set_up, store  # noqa: E402
from tablet import Tablet  # noqa: E402

REP = "david8"
PORT = 8470  # the server's own; kept for the demo, because a tablet's data belong to one server address
KEYRING = HOUSE / "packaging" / "setup" / "with-keyring.sh"
BESIDE_A_KEYRING = "TRUNKLINE_RUN_BESIDE_A_KEYRING"


def screen() -> bool:
    """Whether somebody can see a window."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def keyring_here() -> bool:
    """Whether this desktop has a keyring the app would use."""
    words = "from app.desktop.secrets import usable_keyring; usable_keyring()"
    return subprocess.run([sys.executable, "-c", words], capture_output=True, cwd=HOUSE).returncode == 0


def free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return one.connect_ex(("127.0.0.1", port)) != 0


def demo_server(where: Store, folder: Path) -> Server:
    """The server, with the demo company made when there is none; at the address it had before, if that is free."""
    made = folder / "made"
    if where.url or not made.exists():
        print("Making the demo company …", flush=True)
        shutil.rmtree(folder / "tablet", ignore_errors=True)  # it belongs to a server that is no more
        set_up(where)
        made.touch()
    kept = folder / "port"
    port = int(kept.read_text()) if kept.exists() else PORT
    server = Server(where, folder / "server.log")
    if free(port):
        server.port = port
    kept.write_text(str(server.port))
    return server


def open_app(server: Server, folder: Path) -> int:
    """The app, signed in; until its window is closed."""
    command = [sys.executable, "-m", "app.desktop.main", "--data", str(folder / "tablet" / "data")]
    command += ["--server", server.url, "--user", REP, "--password-stdin"]
    app = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=HOUSE)
    assert app.stdin is not None
    app.stdin.write(f"{PASSWORD}\n".encode())
    app.stdin.close()
    try:
        return app.wait()
    except KeyboardInterrupt:
        app.send_signal(signal.SIGTERM)
        return app.wait()


def show_app(server: Server, folder: Path, picture: Path, *, stay: bool) -> int:
    """The same, and a picture of the screen once it is ready to use."""
    tablet = Tablet("David", REP, server.url, folder / "tablet", picture.parent)
    tablet.platform = ""  # the real one
    tablet.start(PASSWORD)
    try:
        tablet.wait("statusChip", "Up to date", patience=120)
        tablet.wait("today.greeting", "David")
        tablet.do("screen", file=str(picture.resolve()))
        print(f"the screen is in {picture}", flush=True)
        if stay:
            assert tablet.process is not None
            return tablet.process.wait()
        tablet.close()
    finally:
        tablet.kill()
    return 0


def run(given: argparse.Namespace) -> int:
    """Server and app; the server ends when the app does."""
    folder: Path = given.folder.resolve()
    if given.database != "sqlite":
        folder = folder.with_name(
            f"{folder.name}-{'postgres' if given.database == 'postgres' else 'database'}"
        )
    with store(given.database, folder / "server") as where:
        server = demo_server(where, folder)
        try:
            server.start()
            print(f"The server listens on {server.url} (its API: {server.url}/docs)")
            print(f"You are {REP}, the password of every demo user is {PASSWORD}", flush=True)
            if given.screenshot is None:
                code = open_app(server, folder)
            else:
                code = show_app(server, folder, given.screenshot, stay=not given.quit_after)
            server.stop()
            return code
        finally:
            server.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", default="sqlite", help="sqlite, postgres (from the wheel) or a URL")
    parser.add_argument("--folder", type=Path, default=HOUSE / "build" / "demo")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="a picture of the screen, once ready")
    parser.add_argument("--quit-after", action="store_true", help="close the app after the picture")
    given = parser.parse_args()
    if not screen():
        command = [sys.executable, str(DAY / "play.py"), "--database", given.database]
        return subprocess.run(command, check=False).returncode
    if sys.platform.startswith("linux") and os.environ.get(BESIDE_A_KEYRING) != "1" and not keyring_here():
        given.folder.mkdir(parents=True, exist_ok=True)
        print("This desktop has no keyring: one of our own keeps the tokens, in", given.folder, flush=True)
        settings = {BESIDE_A_KEYRING: "1", "TRUNKLINE_KEYRING_DIR": str(given.folder.resolve() / "keyring")}
        command = [str(KEYRING), sys.executable, *sys.argv]
        os.execve(command[0], command, {**os.environ, **settings})
    try:
        return run(given)
    except Broken as err:
        print(f"trunkline: {err}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
