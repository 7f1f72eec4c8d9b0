"""The server: routes (HTTP), api and apply (ops in), feed and buckets (rows out), accounts (people and devices),
admin and imports (the office). Every write goes through `feed.UnitOfWork`."""
