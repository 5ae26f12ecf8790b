// The axes that the plots share: their size, round numbers, a grid.

import { svg } from "./dom.js";
import { count } from "./format.js";

export const height = 300;
export const margin = { top: 18, right: 64, bottom: 44, left: 58 };

/** Where the values `xs` (whole numbers) and `ys` go in a plot of that width. */
export function layout(width, xs, ys) {
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const lowX = Math.min(...xs);
  const highX = Math.max(lowX + 1, ...xs);
  const yTicks = ticks(Math.min(...ys), Math.max(...ys), 5);
  const [lowY, highY] = [yTicks[0], yTicks[yTicks.length - 1]];
  return {
    width, right, bottom, yTicks,
    xTicks: integerTicks(lowX, highX, Math.max(2, Math.floor(width / 110))),
    x: (value) => margin.left + (value - lowX) / (highX - lowX) * (right - margin.left),
    y: (value) => bottom - (value - lowY) / (highY - lowY) * (bottom - margin.top),
  };
}

/** Round values that enclose `low` and `high`. */
function ticks(low, high, wanted) {
  const span = Math.max(high - low, Math.abs(high) * 0.001, 1e-6);
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw);
  const start = Math.floor(low / step) * step;
  const result = [];
  for (let index = 0; index < 20; index += 1) {
    const value = start + index * step;
    result.push(value);
    if (value >= high && result.length > 1) break;
  }
  return result;
}

function integerTicks(low, high, wanted) {
  const step = Math.max(1, Math.round(ticks(low, high, wanted)[1] - ticks(low, high, wanted)[0]));
  const result = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) result.push(value);
  return result;
}

export function grid({ right, bottom, xTicks, yTicks, x, y }) {
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(yTicks[1] - yTicks[0]) + 0.3)));
  return [
    ...yTicks.map((value) => svg("line", { class: "grid", x1: margin.left, x2: right, y1: y(value), y2: y(value) })),
    ...yTicks.map((value) => svg("text", { x: margin.left - 10, y: y(value) + 4, "text-anchor": "end", text: value.toFixed(digits).replace("-", "−") })),
    svg("line", { class: "axis", x1: margin.left, x2: right, y1: bottom, y2: bottom }),
    ...xTicks.map((value) => svg("line", { class: "axis", x1: x(value), x2: x(value), y1: bottom, y2: bottom + 5 })),
    ...xTicks.map((value) => svg("text", { x: x(value), y: bottom + 20, "text-anchor": "middle", text: count(value) })),
  ];
}
