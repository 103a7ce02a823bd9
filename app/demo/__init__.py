"""The fictional county: the only room that writes other rooms' tables in bulk."""
