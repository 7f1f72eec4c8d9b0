"""Files that are not code: demo company, themes, icons, fonts. Found through `importlib.resources`."""
