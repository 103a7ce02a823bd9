// Says back what was typed: an amount as the office writes it, a day with its weekday in the page's language.

const WAIT_MS = 300;

// By the field's id and not its name: rows of a form repeat their names.
const lineOf = (field) => document.getElementById("echo-" + field.id.replace(/^f-/, ""));

document.querySelectorAll("[data-echo=money]").forEach((field) => {
  const line = lineOf(field);
  if (!line || !field.getAttribute("data-source")) {
    return;
  }
  let timer = 0;
  let asked = 0;
  const ask = () => {
    const text = field.value.trim();
    asked += 1;
    const mine = asked;
    if (!text) {
      line.textContent = "";
      return;
    }
    const source = field.getAttribute("data-source");
    const address = source + (source.indexOf("?") < 0 ? "?" : "&") + "text=" + encodeURIComponent(text);
    fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" })
      .then((response) => (response.ok || response.status === 422 ? response.text() : ""))
      .then((html) => {
        // A whole page instead of a line is the sign-in page: the session ended.
        if (mine === asked && html.indexOf("<html") < 0) {
          line.innerHTML = html;
        }
      })
      .catch(() => {
        if (mine === asked) {
          line.textContent = "";
        }
      });
  };
  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  });
  // What was refused already says why beneath the field.
  if (field.value && !line.textContent.trim() && field.getAttribute("aria-invalid") !== "true") {
    ask();
  }
});

document.querySelectorAll("[data-echo=date]").forEach((field) => {
  const line = lineOf(field);
  if (!line) {
    return;
  }
  const language = document.documentElement.lang || "zh-CN";
  const say = () => {
    const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(field.value);
    line.textContent = parts
      ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])).toLocaleDateString(language, {
        year: "numeric", month: "long", day: "numeric", weekday: "long",
      })
      : "";
  };
  field.addEventListener("input", say);
  say();
});
