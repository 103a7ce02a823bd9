"""Entity tags: `"version-digest"`. The version guards changes; the digest tells that something around the record
changed too."""

from __future__ import annotations

import hashlib
import re

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_VERSION = re.compile(r"[0-9]{1,9}")


def etag(version: int, body: bytes) -> str:
    """Return the tag of a record as it is answered."""
    return f'"{version}-{hashlib.sha256(body).hexdigest()[:12]}"'


def names(if_none_match: str, tag: str) -> bool:
    """Say whether If-None-Match names this tag, or any. Gateways that compress mark tags as weak: they count too."""
    return if_none_match.strip() == "*" or tag.strip('"') in _TAG.findall(if_none_match)


def version_in(if_match: str) -> int:
    """Return the version that If-Match names; 0, which no record has, for `*`, several tags, or one not ours."""
    tags = _TAG.findall(if_match)
    version = tags[0].partition("-")[0] if len(tags) == 1 else ""
    return int(version) if _VERSION.fullmatch(version) else 0
