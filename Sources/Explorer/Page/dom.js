// Elements of the page, and what is said aloud.

const svgNamespace = "http://www.w3.org/2000/svg";

/** An element of HTML with properties, attributes (with a hyphen or in `role`) and children. */
export function html(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key in element && !key.includes("-")) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An element of SVG. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** A section of the page with a heading, what to look for in it, and a name for links. */
export function section(id, title, remark) {
  const heading = html("h2", { id: `${id}-title` }, title);
  const element = html("section", { id, "aria-labelledby": heading.id }, heading);
  if (remark) element.append(html("p", { className: "remark" }, remark));
  return element;
}

/** A choice of one of several, with a label. */
export function choice(label, options, chosen, change) {
  const select = html("select", {}, ...options.map(({ value, text }) => (
    html("option", { value, selected: value === chosen }, text))));
  select.addEventListener("change", () => change(select.value));
  return html("label", { className: "choice" }, html("span", {}, label), select);
}

/** A button that says what it does. */
export function button(text, action, properties = {}) {
  const element = html("button", { type: "button", ...properties }, text);
  element.addEventListener("click", action);
  return element;
}

let speaker = null;
let speech = null;

/** Says something aloud to those who listen to the page, once what changes has come to rest. */
export function say(text) {
  if (!speaker) {
    speaker = html("p", { className: "spoken", role: "status", "aria-live": "polite" });
    document.body.append(speaker);
  }
  clearTimeout(speech);
  speech = setTimeout(() => { speaker.textContent = text; }, 250);
}

/** Whether the reader wants nothing to move by itself. */
export function wantsStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

const measuring = document.createElement("canvas").getContext("2d");
const widths = new Map();

/** How wide a text is in the charts' small type, in pixels. */
export function textWidth(text, size = 12) {
  const key = `${size} ${text}`;
  if (!widths.has(key)) {
    measuring.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
    widths.set(key, measuring.measureText(text).width);
  }
  return widths.get(key);
}

/** A table of data that is filled when somebody opens it, and kept while it is open. */
export class DataTable {
  /** `rows` gives a head and rows of cells, which are texts. */
  constructor(title, rows) {
    this.rows = rows;
    this.body = html("div", { className: "scrolling", tabIndex: 0, role: "group",
      "aria-label": title });
    this.element = html("details", { className: "data" },
      html("summary", {}, "Table of the data"), this.body);
    this.element.addEventListener("toggle", () => this.update());
  }

  update() {
    if (!this.element.open) return;
    const { head, rows } = this.rows();
    this.body.replaceChildren(html("table", {},
      html("thead", {}, html("tr", {}, ...head.map((text) => html("th", { scope: "col" }, text)))),
      html("tbody", {}, ...rows.map(([first, ...rest]) => html("tr", {},
        html("th", { scope: "row" }, first), ...rest.map((text) => html("td", {}, text)))))));
  }
}
