from alembic.script import ScriptDirectory

from app.core.migrate import alembic_config, head_revision


def test_the_head_is_the_one_that_alembic_finds() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [head_revision()]
