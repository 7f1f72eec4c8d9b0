"""What each screen shows, as plain frozen values: a state and `present(...)`. No Qt, no SQL, no clock of its own.

`wording` is the one door to sentences (`tr`), `formats` the one door to figures and dates. One module for each screen;
its Qt half has the same name under app/desktop/screens.
"""
