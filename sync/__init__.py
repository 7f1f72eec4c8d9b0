"""How copies come to agree: `protocol/` (the messages), `client/` (the tablet's side), `server/` (the truth's side)."""
