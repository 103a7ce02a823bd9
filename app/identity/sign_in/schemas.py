"""Input of the sign-in and account pages."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from app.core.inputs import Input
from app.identity.rules import MAXIMUM_PASSWORD_LENGTH


class Password(Input):
    """A model whose texts are taken as typed: blanks at the ends of a password belong to it."""

    model_config = {"str_strip_whitespace": False}


class SignInForm(Password):
    login: str = Field(max_length=60)
    password: str = Field(max_length=MAXIMUM_PASSWORD_LENGTH)
    code: str = Field("", max_length=10)
    next: str = Field("/", max_length=2000)
    kept: str = ""


class PasswordForm(Password):
    current: str = Field(max_length=MAXIMUM_PASSWORD_LENGTH)
    new: str = Field(max_length=MAXIMUM_PASSWORD_LENGTH)
    again: str = Field(max_length=MAXIMUM_PASSWORD_LENGTH)


class ConfirmForm(Password):
    password: str = Field(max_length=MAXIMUM_PASSWORD_LENGTH)
    next: str = Field("/account", max_length=2000)


class CodeForm(Input):
    code: str = Field(max_length=10)


class EndSessionForm(Input):
    session_id: UUID


class PreferencesForm(Input):
    locale: str = ""
    theme: str = ""
    text_size: str = ""
    next: str = Field("/", max_length=2000)
