"""Every text is there in both languages, is used, and agrees in its placeholders."""

import pytest

from scripts import translations


@pytest.fixture
def words():
    return translations.Words()


def test_catalogues_are_complete_and_hold_nothing_unused():
    assert translations.problems() == []


def test_a_text_without_english_is_found(words):
    words.use("线索", "somewhere.py:1")
    assert list(translations.missing(words, {"zh_CN": {}, "en": {}})) == [
        "missing in en: 线索 (somewhere.py:1)"
    ]


def test_a_coded_id_needs_both_languages(words):
    words.use("error.stale", "a class")
    found = list(translations.missing(words, {"zh_CN": {}, "en": {"error.stale": "Stale"}}))
    assert found == ["missing in zh_CN: error.stale"]


def test_a_text_that_nobody_uses_is_found(words):
    words.use("线索", "somewhere.py:1")
    assert list(translations.unused({"线索": "Leads", "旧词": "Old word"}, words)) == ["unused: 旧词"]


def test_placeholders_must_agree_between_the_languages(words):
    both = {"zh_CN": {"error.held": "由%(unit)s持有"}, "en": {"error.held": "Held until %(until)s"}}
    assert list(translations.missing(words, both)) == [
        "error.held: placeholders differ between the languages"
    ]


def test_chinese_in_a_template_outside_the_marker_is_found(tmp_path, monkeypatch, words):
    (tmp_path / "page.html").write_text('<p>{{ _("共 %(n)s 条", n=3) }}</p><b>裸字</b>', encoding="utf-8")
    monkeypatch.setattr(translations, "resource_dir", lambda name: tmp_path)
    translations.read_template(tmp_path / "page.html", words)
    assert set(words.used) == {"共 %(n)s 条"}
    assert len(words.bare) == 1
    assert "裸字" in words.bare[0]
