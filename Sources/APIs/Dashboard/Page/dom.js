// Building and changing the page. Data only ever enters as text, never as markup.

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; `null` and `false` leave an attribute or a child out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (name === "text") node.textContent = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return node;
}

/** Sets a text only when it changes, so that selections and screen readers are left in peace. */
export function setText(id, text) {
  const node = byId(id);
  if (node.textContent !== text) node.textContent = text;
}

/** Shows a notice with `text`, or none where that is `null`. */
export function setNotice(id, text) {
  byId(id).hidden = text === null;
  if (text !== null) setText(id, text);
}

/** Sets a bar to a fraction from 0 to 1, or marks it as without progress. */
export function setBar(id, fraction) {
  const bar = byId(id);
  const known = Number.isFinite(fraction);
  const percent = known ? Math.min(1, Math.max(0, fraction)) * 100 : 0;
  bar.firstElementChild.style.width = `${percent}%`;
  if (known) bar.setAttribute("aria-valuenow", percent.toFixed(0));
  else bar.removeAttribute("aria-valuenow");
}

/** Calls `render` only when `data` differs from the last call with this key. */
const rendered = new Map();
export function whenChanged(key, data, render) {
  const text = JSON.stringify(data);
  if (rendered.has(key) && rendered.get(key) === text) return;
  rendered.set(key, text);
  render();
}

/** A shortened hash; a click copies the whole. */
export function hash(value, digits = 8) {
  const button = el("button", { class: "hash", type: "button", title: `${value} (click to copy)`, text: shortHash(value, digits) });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(value);
      button.textContent = "copied";
    } catch {
      button.textContent = value;
    }
    setTimeout(() => { button.textContent = shortHash(value, digits); }, 1500);
  });
  return button;
}

export const shortHash = (value, digits = 8) =>
  value.length > digits + 8 ? `${value.slice(0, digits + 2)}…${value.slice(-4)}` : value;

export const isZeroHash = (value) => /^(0x)?0*$/.test(value ?? "");
