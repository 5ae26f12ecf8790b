// Numbers, losses, times and sizes as people read them.

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const none = "–";

export const isNumber = (value) => value !== null && value !== undefined && value !== "" && Number.isFinite(Number(value));

export const count = (value) => (isNumber(value) ? grouped.format(Number(value)) : none);

export const short = (value) => (isNumber(value) ? compact.format(Number(value)) : String(value ?? none));

export const loss = (value, digits = 4) => (isNumber(value) ? Number(value).toFixed(digits) : none);

/** A change in percent, with its sign: a true minus. */
export const signed = (percent, digits = 2) => `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(digits)} %`;

/** Relative change from `before` to `after`. */
export function change(before, after) {
  if (!isNumber(before) || !isNumber(after) || Number(before) === 0) return none;
  return signed((Number(after) / Number(before) - 1) * 100);
}

export const percent = (share) => (isNumber(share) ? `${(Number(share) * 100).toFixed(1)} %` : none);

export function duration(seconds) {
  if (!isNumber(seconds)) return none;
  const total = Math.max(0, seconds);
  if (total < 10) return `${total.toFixed(1)} s`;
  if (total < 120) return `${Math.round(total)} s`;
  if (total < 7200) return `${Math.round(total / 60)} min`;
  if (total < 172800) return `${Math.round(total / 3600)} h`;
  return `${Math.round(total / 86400)} days`;
}

export const ago = (seconds) => (seconds < 1 ? "now" : `${duration(Math.floor(seconds)).replace(".0 s", " s")} ago`);

export const bytes = (value) => (!isNumber(value) || Number(value) === 0 ? none : `${(value / 1000).toFixed(1)} kB`);

export const plural = (number, word) => `${count(number)} ${word}${Number(number) === 1 ? "" : "s"}`;
