"""The frozen rows that queries return. Nothing here imports sqlalchemy, so screens may."""
