"""Write what partners are promised: the OpenAPI snapshot and the list of problem codes under docs/partners."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from app.core.i18n import translate
from app.main import create_app
from app.settings import Settings
from app.web.api_document import codes_in, document
from app.web.partner_docs import SAMPLES

PARTNERS = Path(__file__).resolve().parent.parent / "docs/partners"
HEADING = """\
# Problem codes

Every refusal is `application/problem+json` (RFC 9457); its `title` is one of these codes, which never change their
meaning. `detail` follows `Accept-Language`; the table shows the English one. Written by
`python -m scripts.write_openapi`, checked by a test.

| code | status | text |
|---|---|---|
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(database_url=f"sqlite:///{folder}/none.db", data_dir=Path(folder)))
        found = document(app)
    PARTNERS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (PARTNERS / "openapi.json").write_text(text, encoding="utf-8")
    rows = [
        f"| `{code}` | {status} | {translate('en', f'error.{code}', **SAMPLES)} |\n"
        for code, status in codes_in(found).items()
    ]
    (PARTNERS / "problems.md").write_text(HEADING + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
