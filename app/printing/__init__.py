"""Printed matter: what a customer, a nurse or an office gets on paper, as PDF. Plain data in, bytes out.

Start at sheet.py (what a sheet of paper says, as text) and quote.py (a quote as such a sheet); layout.py breaks it into
pages, paper.py is the one place that knows a PDF library. No Qt, no SQL, no clock: the same data gives the same bytes.
"""
