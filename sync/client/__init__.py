"""The tablet's side of sync: `turn` (what to ask next, a step machine), `pacing` (when to try again, pure), `http_api`
(the conversation over requests), `session` (sign-in and tokens)."""
