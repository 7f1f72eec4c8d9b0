"""The first file of the bundled tablet app: PyInstaller begins here, everything else is app.desktop.main."""

import sys

from app.desktop.main import main

if __name__ == "__main__":
    sys.exit(main())
