// What the guard slices show: how the model does on sentences that nobody trains on, against the base model.

import { grid, height, layout, margin } from "./axes.js";
import { byId, svg, whenChanged } from "./dom.js";
import { isNumber, signed } from "./format.js";

/** More than this, in percent, general text may not get worse on the last 64 slices together. */
const budget = 1;
const curves = [
  { key: "taskChange", name: "task", style: "line" },
  { key: "generalChange", name: "general", style: "line general" },
];
let points = [];

export function showUnseen(snapshot) {
  const shown = snapshot.lossCurve.filter((point) => curves.some(({ key }) => isNumber(point[key])));
  whenChanged("unseen", shown, () => {
    points = shown;
    byId("unseen").hidden = points.length === 0;
    draw();
  });
}

new ResizeObserver(() => draw()).observe(byId("unseen-plot"));

function draw() {
  const holder = byId("unseen-plot");
  if (points.length === 0 || holder.clientWidth === 0) return holder.replaceChildren();
  const width = Math.max(280, holder.clientWidth);
  const lines = curves.map(({ key, name, style }) => ({
    name, style,
    // The base model is no better and no worse than itself.
    values: [[0, 0], ...points.filter((point) => isNumber(point[key])).map((point) => [point.updateCount, Number(point[key]) * 100])],
  })).filter(({ values }) => values.length > 1);
  const all = lines.flatMap(({ values }) => values);
  const plot = layout(width, all.map(([x]) => x), [...all.map(([, y]) => y), budget]);
  holder.replaceChildren(svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label(lines) },
    ...grid(plot),
    svg("text", { x: margin.left, y: 8, "text-anchor": "start", text: "loss against the base model’s, percent" }),
    svg("text", { x: plot.right, y: plot.bottom + 38, "text-anchor": "end", text: "updates accepted" }),
    svg("line", { class: "base", x1: margin.left, x2: plot.right, y1: plot.y(budget), y2: plot.y(budget) }),
    ...lines.flatMap((line) => drawn(line, plot))));
}

function drawn({ name, style, values }, { x, y }) {
  const path = values.map(([updates, change], index) => `${index ? "L" : "M"}${x(updates).toFixed(1)} ${y(change).toFixed(1)}`).join("");
  const [lastX, lastY] = values[values.length - 1];
  return [
    svg("path", { class: style, d: path }),
    svg("text", { class: "mark", x: x(lastX) + 8, y: y(lastY) + 4, text: name }),
  ];
}

function label(lines) {
  const ends = lines.map(({ name, values }) => `${name} ${signed(values[values.length - 1][1], 1)}`).join(", ");
  return `Loss on sentences that nobody trains on, against the base model: ${ends}.`;
}
