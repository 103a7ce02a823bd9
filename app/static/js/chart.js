// Draws <figure data-chart="line|bar|map" data-values="{…}"> with ECharts over the table that stands inside.
// Nothing is computed here: the server gives finished values. Text is drawn on the canvas, because the content
// security policy refuses the style attributes of HTML tooltips.

const FIGURES = [];

document.querySelectorAll("figure[data-chart]").forEach(start);

if (window.matchMedia) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const redraw = () => FIGURES.forEach((figure) => figure.draw());
  if (dark.addEventListener) {
    dark.addEventListener("change", redraw);
  } else {
    dark.addListener(redraw);
  }
}
let timer = 0;
window.addEventListener("resize", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => FIGURES.forEach((figure) => figure.chart.resize()), 150);
});

function start(element) {
  const canvas = element.querySelector(".chart-canvas");
  const table = element.querySelector("details");
  const values = JSON.parse(element.getAttribute("data-values"));
  const kind = element.getAttribute("data-chart");
  const label = element.getAttribute("data-label");
  if (!window.echarts || !canvas) {
    return;
  }
  mapFor(values).then((region) => {
    canvas.hidden = false;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    if (table) {
      table.removeAttribute("open");
    }
    const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
    const draw = () => chart.setOption(kind === "map" ? mapOption(values, region) : axisOption(kind, values), true);
    FIGURES.push({ chart: chart, draw: draw });
    draw();
  }).catch(() => { canvas.hidden = true; });
}

// The name "china" makes ECharts draw the inset of the South China Sea.
function mapFor(values) {
  if (!values.map || window.echarts.getMap("china")) {
    return Promise.resolve("china");
  }
  return fetch(values.map, { credentials: "same-origin" })
    .then((response) => response.json())
    .then((geography) => {
      window.echarts.registerMap("china", geography);
      return "china";
    });
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

function textStyle(size) {
  const base = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return { color: colour("ink-2"), fontSize: Math.round(base * (size || 0.875)), fontFamily: getComputedStyle(document.body).fontFamily };
}

// Nothing moves: a figure that grows for a second shows, printed or copied in that second, half a year.
function common() {
  return {
    animation: false,
    textStyle: textStyle(),
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: colour("dark-chip"), borderWidth: 0,
      textStyle: { color: colour("dark-chip-ink"), fontSize: textStyle().fontSize },
    },
  };
}

const ROLES = {
  done: () => ({ lineStyle: { width: 3, color: colour("series-1") }, itemStyle: { color: colour("series-1") }, symbolSize: 7 }),
  plan: () => ({ lineStyle: { width: 2, type: "dashed", color: colour("series-2") }, itemStyle: { color: colour("series-2") }, symbol: "none" }),
  last: () => ({ lineStyle: { width: 2, color: colour("series-3") }, itemStyle: { color: colour("series-3") }, symbol: "none" }),
  pending: () => ({ lineStyle: { width: 2, type: "dotted", color: colour("series-4") }, itemStyle: { color: colour("series-4") }, symbolSize: 5 }),
};

function axisOption(kind, values) {
  const option = common();
  const axisLine = { lineStyle: { color: colour("line-strong") } };
  const across = { type: "category", data: values.categories, axisLine: axisLine, axisTick: { show: false }, axisLabel: textStyle() };
  const along = {
    type: "value", name: values.unit || "", nameTextStyle: textStyle(), axisLabel: textStyle(),
    splitLine: { lineStyle: { color: colour("line") } },
  };
  option.tooltip.trigger = "axis";
  option.grid = { left: 8, right: 16, top: 44, bottom: 8, containLabel: true };
  option.legend = { top: 0, right: 0, itemWidth: 22, textStyle: textStyle() };
  option.xAxis = values.lying ? along : across;
  option.yAxis = values.lying ? Object.assign({ inverse: true }, across) : along;
  option.series = values.series.map((series, index) => Object.assign(
    { name: series.name, type: series.kind || kind, data: series.data, stack: series.stack, barMaxWidth: 28, connectNulls: false },
    series.role && ROLES[series.role] ? ROLES[series.role]() : { itemStyle: { color: colour("series-" + (index % 5 + 1)) } },
  ));
  return option;
}

// Zero has its own shade, apart from the lowest band; places without data have none at all.
function mapOption(values, region) {
  const option = common();
  const shades = ["map-1", "map-2", "map-3", "map-4"];
  option.visualMap = {
    type: "piecewise", left: 0, bottom: 0, textStyle: textStyle(), itemWidth: 16, itemHeight: 12,
    pieces: (values.bands || []).map((band, index) => Object.assign({ color: colour(band.shade || shades[Math.min(index, 3)]) }, band)),
    outOfRange: { color: colour("map-0") },
  };
  option.series = [{
    type: "map", map: region, data: values.values, selectedMode: false, nameMap: values.names,
    itemStyle: { areaColor: colour("card"), borderColor: colour("line-strong") },
    label: { show: false },
    emphasis: { itemStyle: { areaColor: colour("yellow") }, label: { color: colour("ink") } },
  }];
  return option;
}
