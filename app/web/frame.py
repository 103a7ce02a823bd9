"""What every template may read of a request, whatever page it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.web import csrf, flash

if TYPE_CHECKING:
    from app.web.context import Context


class PageFrame:
    """The names that every template may read as `ctx`."""

    def __init__(self, context: Context) -> None:
        self.actor = context.maybe_actor
        self.locale = context.locale
        self.look = context.preferences
        self.path = context.path
        self.query = context.request.scope["query_string"].decode("latin-1")
        self.csrf_token = context.csrf_token
        self.csp_nonce = context.request.state.csp_nonce
        self.demo = context.demo
        self.request_id = context.request.state.request_id
        self.flashes = flash.read(context.request, context.settings.secret_key)
        self.today = context.today
        self.now = context.now
        self.may = context.may

    @property
    def form_key(self) -> str:
        """Return a fresh one-time key for a form."""
        return csrf.new_visitor()
