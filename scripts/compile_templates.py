"""Compile every template: a misspelt filter or an unclosed block fails before a person opens the page."""

from __future__ import annotations

import sys

from jinja2 import TemplateSyntaxError

from app.core.resources import resource_dir
from app.web.templating import environment


def main() -> int:
    env = environment("zh_CN", "Asia/Shanghai")
    names = [
        path.relative_to(resource_dir("templates")).as_posix()
        for path in sorted(resource_dir("templates").rglob("*.html"))
    ]
    failed = 0
    for name in names:
        try:
            env.get_template(name)
        except TemplateSyntaxError as error:
            failed += 1
            print(f"templates/{error.filename or name}:{error.lineno}: {error.message}")
    print(f"{len(names)} templates compiled, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
