"""The application as servers import it: `app.asgi:app`."""

from app.main import create_app
from app.settings import get_settings

app = create_app(with_worker=get_settings().worker_in_serve)
