"""One read per screen: functions from a connection to frozen rows. The row classes are in `app.workspace.rows`."""
