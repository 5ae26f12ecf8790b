// The loss curve: an SVG plot with axes, drawn to the width that it has.

import { grid, height, layout, margin } from "./axes.js";
import { byId, el, svg, whenChanged } from "./dom.js";
import { change, count, isNumber, loss } from "./format.js";

const dotLimit = 60;
let points = [];

export function showCurve(snapshot) {
  const curve = snapshot.lossCurve.filter((point) => isNumber(point.loss)).map((point) => ({ ...point, loss: Number(point.loss) }));
  whenChanged("curve", curve, () => {
    points = curve;
    byId("curve-empty").hidden = points.length > 0;
    byId("curve-data").hidden = points.length < 2;
    showHeadline();
    showRows();
    draw();
  });
}

new ResizeObserver(() => draw()).observe(byId("curve-plot"));

function showHeadline() {
  const line = byId("curve-headline");
  if (points.length === 0) return line.replaceChildren();
  const first = points[0];
  const last = points[points.length - 1];
  if (points.length === 1) return line.replaceChildren(`${loss(first.loss)} for the base model`);
  line.replaceChildren(`${loss(first.loss)} → ${loss(last.loss)}, `, el("b", { text: change(first.loss, last.loss) }));
}

function showRows() {
  byId("curve-rows").replaceChildren(...points.map((point, index) => el("tr", {},
    el("td", { text: index === 0 && point.updateCount === 0 ? "base model" : count(point.updateCount) }),
    el("td", { text: count(point.slot) }),
    el("td", { text: loss(point.loss, 6) }),
    el("td", { text: index === 0 ? "–" : change(points[index - 1].loss, point.loss) }))).reverse());
}

function draw() {
  const holder = byId("curve-plot");
  const width = Math.max(280, holder.clientWidth);
  if (points.length === 0 || holder.clientWidth === 0) return holder.replaceChildren();
  const plot = layout(width, points.map((point) => point.updateCount), points.map((point) => point.loss));
  const last = points[points.length - 1];
  const label = `Loss against accepted updates: from ${loss(points[0].loss)} to ${loss(last.loss)} after ${count(last.updateCount)} updates.`;
  const image = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label },
    ...grid(plot), ...axisTitles(plot), ...curveLine(plot));
  holder.replaceChildren(image);
  attachCursor(image, plot);
}

function axisTitles({ right, bottom }) {
  return [
    svg("text", { x: margin.left, y: 8, "text-anchor": "start", text: "loss, nats per token" }),
    svg("text", { x: right, y: bottom + 38, "text-anchor": "end", text: "updates accepted" }),
  ];
}

function curveLine({ right, x, y }) {
  const last = points[points.length - 1];
  const path = points.map((point, index) => `${index ? "L" : "M"}${x(point.updateCount).toFixed(1)} ${y(point.loss).toFixed(1)}`).join("");
  const dots = points.length <= dotLimit ? points : [last];
  return [
    svg("line", { class: "base", x1: margin.left, x2: right, y1: y(points[0].loss), y2: y(points[0].loss) }),
    points.length > 1 && svg("text", { x: right + 8, y: y(points[0].loss) + 4, text: "base" }),
    svg("path", { class: "line", d: path }),
    ...dots.map((point) => svg("circle", { class: point === last ? "dot last" : "dot", cx: x(point.updateCount), cy: y(point.loss), r: 4 })),
    svg("text", { class: "mark", x: x(last.updateCount) + 10, y: y(last.loss) + 4, text: loss(last.loss) }),
  ].filter(Boolean);
}

function attachCursor(image, { bottom, x, y }) {
  const cursor = svg("line", { class: "cursor", y1: margin.top, y2: bottom, visibility: "hidden" });
  const tip = el("div", { class: "tip", hidden: "" });
  image.append(cursor);
  byId("curve-plot").append(tip);
  image.addEventListener("pointermove", (event) => {
    const box = image.getBoundingClientRect();
    const at = (event.clientX - box.left) * (image.viewBox.baseVal.width / box.width);
    const near = points.reduce((best, point) => (Math.abs(x(point.updateCount) - at) < Math.abs(x(best.updateCount) - at) ? point : best));
    cursor.setAttribute("x1", x(near.updateCount));
    cursor.setAttribute("x2", x(near.updateCount));
    cursor.setAttribute("visibility", "visible");
    tip.hidden = false;
    tip.textContent = near.updateCount === 0 ? `base model: ${loss(near.loss, 5)}` : `update ${count(near.updateCount)}, slot ${count(near.slot)}: ${loss(near.loss, 5)}`;
    tip.style.left = `${Math.min(Math.max(x(near.updateCount), 110), image.viewBox.baseVal.width - 110)}px`;
    tip.style.top = `${y(near.loss) - 12}px`;
  });
  image.addEventListener("pointerleave", () => {
    cursor.setAttribute("visibility", "hidden");
    tip.hidden = true;
  });
}
