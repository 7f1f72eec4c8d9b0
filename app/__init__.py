"""What a rep runs, and in `domain/` and `store/` what tablet and server share. Start reading in `domain/decide.py`."""
