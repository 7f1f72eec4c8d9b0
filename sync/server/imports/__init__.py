"""Bringing real data in: folders of CSV files become shared rows, through the same unit of work as everything else.

Start with `adventureworks.py` or `gudid.py` (one source each), then `demo.py`, which adds what those lack. Underneath:
`table_file` reads files line by line, `judging` says what is wrong with a row and what follows from it, `writer`
commits in chunks, `report` is what the caller gets. Nothing here prints; the command line does.

An import adds and changes, it never deletes, and running it twice is the same as running it once: ids come from the
source's own keys, equal rows are left alone, and what the office decides (status, terms, passwords) is kept.
"""
