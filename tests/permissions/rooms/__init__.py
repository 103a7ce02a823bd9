"""One file a room: its routes and who may open them."""
