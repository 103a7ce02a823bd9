// Builds what the pages load from elsewhere, each with its licence: `npm ci && npm run build`.
// The results are committed, so that running Luodi needs no Node.
import { parse } from "acorn";
import { build, transformSync } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FLOOR = ["es2019", "chrome86", "ios13"];
const ICONS = [
  "activity", "alarm-clock", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "badge-check", "ban", "bell",
  "book-open", "briefcase", "building-2", "calendar", "calendar-clock", "camera", "chart-column", "check",
  "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle-alert", "circle-check", "circle-help",
  "circle-x", "clipboard-check", "clipboard-list", "clock", "copy", "download", "ellipsis", "external-link", "eye",
  "eye-off", "factory", "file", "file-pen", "file-text", "filter", "flag", "gavel", "handshake", "hand-helping",
  "history", "house", "image", "inbox", "info", "key-round", "languages", "lightbulb", "link", "list", "list-checks",
  "lock", "log-out", "mail", "map", "map-pin", "map-pin-check", "medal", "menu", "message-square", "minus", "moon",
  "network", "paperclip", "pencil", "phone", "plus", "printer", "refresh-cw", "rotate-ccw", "save", "scale", "search",
  "send", "settings", "shield-check", "snail", "sun", "tag", "target", "trash-2", "trending-up", "triangle-alert",
  "type", "undo-2", "upload", "user", "user-plus", "users", "wrench", "x",
];

async function main() {
  mkdirSync("app/static/vendor/echarts", { recursive: true });
  mkdirSync("app/static/vendor/htmx", { recursive: true });
  await charts();
  vendor("htmx.org", "dist/htmx.min.js", "app/static/vendor/htmx/htmx.min.js");
  copyFileSync("node_modules/htmx.org/LICENSE", "app/static/vendor/htmx/LICENSE");
  copyFileSync("node_modules/axe-core/axe.min.js", "tests/browser/axe.min.js");
  copyFileSync("node_modules/axe-core/LICENSE", "tests/browser/axe.LICENSE");
  icons();
}

async function charts() {
  const target = "app/static/vendor/echarts/echarts.min.js";
  await build({
    entryPoints: ["frontend/echarts.js"],
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "echarts",
    target: FLOOR,
    legalComments: "none",
    banner: { js: `/* Apache ECharts ${version("echarts")} (custom bundle), Apache-2.0; see LICENSE and NOTICE. */` },
    define: { "process.env.NODE_ENV": '"production"' },
    outfile: target,
  });
  requireFloor(target);
  for (const name of ["LICENSE", "NOTICE"]) {
    copyFileSync(`node_modules/echarts/${name}`, `app/static/vendor/echarts/${name}`);
  }
  copyFileSync("node_modules/zrender/LICENSE", "app/static/vendor/echarts/zrender.LICENSE");
  copyFileSync("node_modules/tslib/LICENSE.txt", "app/static/vendor/echarts/tslib.LICENSE");
  const kilobytes = Math.round(gzipSync(readFileSync(target)).length / 1024);
  console.log(`${target}: ${kilobytes} kB gzipped`);
}

function vendor(name, from, to) {
  const source = readFileSync(`node_modules/${name}/${from}`, "utf8");
  const { code } = transformSync(source, { target: FLOOR, minifyWhitespace: true, legalComments: "none" });
  writeFileSync(to, `/* ${name} ${version(name)}, syntax lowered to the browser floor; see LICENSE. */\n${code}`);
  requireFloor(to);
}

// A vendored file is not transformed on the person's machine: it must parse on the oldest browser as it is.
function requireFloor(path) {
  parse(readFileSync(path, "utf8"), { ecmaVersion: 2019, sourceType: "script" });
}

function version(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
}

function icons() {
  const shapes = ICONS.map((name) => {
    const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `  "${name}": '${inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>").trim()}',`;
  });
  writeFileSync("templates/_macros/icons.html", `${ICON_HEAD}${shapes.join("\n")}\n${ICON_FOOT}`);
}

const ICON_HEAD = `{#
  Line icons, drawn inline. Built by frontend/build.mjs: add a name there and run \`npm run build\`.
    {% from "_macros/icons.html" import icon %}
    {{ icon("plus") }}                 beside a text: hidden from screen readers
    {{ icon("lock", _("保密")) }}       alone: its label is read and shown as a tooltip
  Lucide ${version("lucide-static")}, ISC licence, (c) Lucide Contributors; parts (c) Cole Bemis (Feather, MIT).
  The licence stands in app/static/vendor/lucide/LICENSE.
#}
{% set shapes = {
`;
const ICON_FOOT = `} %}
{% macro icon(name, label=none, class="") -%}
<svg class="icon {{ class }}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" {% if label %}role="img" aria-label="{{ label|translate }}"{% else %}aria-hidden="true"{% endif %}>{% if label %}<title>{{ label|translate }}</title>{% endif %}{{ shapes[name]|safe }}</svg>
{%- endmacro %}
`;

mkdirSync("app/static/vendor/lucide", { recursive: true });
copyFileSync("node_modules/lucide-static/LICENSE", "app/static/vendor/lucide/LICENSE");
await main();
