"""The lint for the browser floor finds what old Chromium and iOS cannot read, and nothing else."""

import pytest

from scripts.browser_floor import css_problems, js_problems, problems


@pytest.mark.parametrize(
    "css",
    [
        "@layer base { a { color: red } }",
        "@container (min-width: 1px) { a { color: red } }",
        "a:has(b) { color: red }",
        "a:is(b, c) { color: red }",
        "a { color: light-dark(#fff, #000) }",
        "a { color: color-mix(in srgb, red, blue) }",
        "a { b { color: red } }",
        "a { &:hover { color: red } }",
        "@media (width >= 600px) { a { color: red } }",
        "a { inset: 0 }",
        "a { padding-inline: 1rem }",
    ],
)
def test_css_beyond_the_floor_is_found(css):
    assert list(css_problems(css))


@pytest.mark.parametrize(
    "css",
    [
        "/* @layer, :has() */ a { color: red }",
        "@media (min-width: 600px) { a { color: red } b > c { color: blue } }",
        "@supports (display: grid) { @media print { a { top: 0; padding-inline-start: 1rem } } }",
        "@keyframes turn { from { top: 0 } to { top: 1px } }",
    ],
)
def test_css_within_the_floor_passes(css):
    assert list(css_problems(css)) == []


@pytest.mark.parametrize(
    "js",
    [
        "a?.b",
        "a ?? b",
        "a ||= b",
        "let n = 10n",
        "let n = 1_000",
        "import('./x.js')",
        "class A { #b = 1 }",
        "`${a?.b}`",
    ],
)
def test_javascript_beyond_the_floor_is_found(js):
    assert list(js_problems(js))


@pytest.mark.parametrize(
    "js",
    [
        "// a?.b",
        "/* a ?? b */ f()",
        "let s = '??' + \"?.\"",
        "let n = ok ? .5 : 1",
        "let r = x.replace(/a??b/g, '')",
        "let t = `10n ?? ${a.b}`",
        "element.querySelector('#name')",
    ],
)
def test_javascript_within_the_floor_passes(js):
    assert list(js_problems(js)) == []


def test_what_is_shipped_keeps_to_the_floor():
    assert problems() == []
