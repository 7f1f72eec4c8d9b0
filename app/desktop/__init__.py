"""Qt, and nothing but Qt: the window, the threads behind it, and one thin class for each screen.

What a screen says is decided in `app.screens`; what the device knows is read and done in `app.workspace`. Start reading
at `main` (how it starts), then `desk` (what a screen is given) and `window` (where it stands). Only the two compose
roots know the real clock, the real dice and where files lie; this side's is `compose`.
"""
