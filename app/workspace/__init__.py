"""What a device keeps and does; no Qt, no network. `workspace.Workspace` is the door: `perform(command)` saves a
person's intention, `absorb` lets the server's rows in. `outbox` keeps ops, `guesses` what they changed, `rebase` takes
guesses back and makes them again on new rows, `queries/` is one read per screen (rows in `rows/`, free of SQL)."""
