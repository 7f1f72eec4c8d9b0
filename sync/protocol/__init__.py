"""What travels between tablet and server: `messages` (the structs), `wire` (pull pages as NDJSON), `api` (the one
interface both ends implement), `version`. msgspec lives only here (DESIGN.md §5); an op's bytes ride in an envelope."""
