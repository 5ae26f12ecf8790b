// The tables of updates and blocks; on a phone each row becomes a card.

import { byId, el, hash, isZeroHash, whenChanged } from "./dom.js";
import { slotStart } from "./clock.js";
import { bytes, change, count, duration, isNumber, loss, plural, short } from "./format.js";

const rowLimit = 20;
const chips = {
  pending: ["pending", "warn"], rejected: ["rejected", "bad"], invalid: ["INVALID", "bad"], valid: ["VALID", "good"],
  included: ["in a block", "good"], finalized: ["finalised", "final"], expired: ["expired", ""],
};

export function showTables(snapshot) {
  // A trainer's file that a candidate has taken up is told by the candidate.
  const taken = new Set(snapshot.updates.flatMap((update) => update.inputs.filter((input) => input !== update.updateID)));
  const updates = snapshot.updates.filter((update) => !taken.has(update.updateID));
  table("updates", updates.slice(0, rowLimit), updateRow);
  table("blocks", snapshot.blocks.slice(0, rowLimit), blockRow);
}

function table(name, items, row) {
  byId(`${name}-empty`).hidden = items.length > 0;
  byId(`${name}-table`).hidden = items.length === 0;
  whenChanged(name, items, () => byId(name).replaceChildren(...items.map(row)));
}

const cell = (label, className, ...children) => el("td", { "data-label": label, class: className }, ...children);

function updateRow(update) {
  const [word, kind] = chips[update.status] ?? [update.status, ""];
  const delta = change(update.lossBefore, update.lossAfter);
  const improved = Number(update.lossAfter) < Number(update.lossBefore);
  const judged = isNumber(update.lossBefore);
  return el("tr", {},
    cell("Update", null, hash(update.updateID), source(update)),
    cell("Verdict", null, el("span", { class: `chip ${kind}`, text: word }), update.reason ? el("span", { class: "reason", text: update.reason }) : null),
    cell("Loss before → after", judged ? "right" : "right blank", judged ? `${loss(update.lossBefore)} → ${loss(update.lossAfter)}` : "–", slice(update)),
    cell("Change", judged ? "right" : "right blank", el("span", { class: judged ? (improved ? "improved" : "worsened") : null, text: delta })),
    cell("ACKs", update.committee ? null : "blank", acks(update.acks, update.committee, update.quorum)),
    cell("Size", "right", bytes(update.bytes), update.codec ? el("span", { class: "reason", text: update.codec }) : null),
    cell("Gate", isNumber(update.gateSeconds) ? "right" : "right blank", isNumber(update.gateSeconds) ? duration(update.gateSeconds) : "–"),
    cell("Block", isNumber(update.blockSlot) ? "right" : "right blank", isNumber(update.blockSlot) ? `slot ${count(update.blockSlot)}` : "–"));
}

/** What the sentences showed that were drawn for this update alone. */
function slice(update) {
  if (!isNumber(update.taskBefore)) return null;
  const own = update.committee === 1 ? " (proves nothing: this node alone draws)" : "";
  return el("span", { class: "reason", title: "Guard slice: sentences of the task and general ones, drawn after the announcement",
    text: `slice ${loss(update.taskBefore)} → ${loss(update.taskAfter)}, general ${loss(update.generalParent)} → ${loss(update.generalAfter)}, base ${loss(update.generalBase)}${own}` });
}

/** Whose update it is, or how many files a candidate was made of. */
function source(update) {
  const considered = update.considered ?? [];
  const taken = considered.filter((input) => input.selected).length;
  const text = considered.length > 1 ? `${taken} of ${plural(considered.length, "file")}` : update.trainer ? `by …${update.trainer.slice(-8)}` : null;
  return text ? el("span", { class: "reason", text, title: update.trainer ?? null }) : null;
}

function blockRow(block) {
  const empty = isZeroHash(block.updateID);
  return el("tr", {},
    cell("Slot", "right", el("strong", { class: "number", text: count(block.slot) })),
    cell("Age", null, el("time", { "data-at": slotStart(block.slot), datetime: new Date(slotStart(block.slot) * 1000).toISOString(), text: "…" })),
    cell("Beacon block", null, hash(block.root)),
    cell("Execution block", null, `${count(block.executionNumber)} `, hash(block.executionHash, 6)),
    cell("Update", null, empty ? el("span", { class: "detail", text: "empty" }) : hash(block.updateID, 6),
      !empty && isNumber(block.lossAfter) ? el("span", { class: "reason", text: `loss ${loss(block.lossBefore)} → ${loss(block.lossAfter)}` }) : null),
    cell("ACKs", null, acks(block.acks, block.committee, block.quorum)),
    cell("Proposer", "right", count(block.proposer)),
    cell("Difficulty", "right", short(block.difficulty)),
    cell("Finality", null, el("span", { class: block.finalized ? "chip final" : "chip", text: block.finalized ? "finalised" : "open" })));
}

/** Votes as a number, and as marks while a committee is small enough to see. */
function acks(votes, committee, quorum) {
  if (!committee) return el("span", { class: "detail", text: "–" });
  const marks = committee <= 16 ? Array.from({ length: committee }, (_, index) => el("i", { class: index < votes ? "yes" : null })) : [];
  return el("span", { class: "acks" }, el("span", { "aria-hidden": "true" }, ...marks), el("span", { text: `${votes} of ${committee}${quorum ? `, quorum ${quorum}` : ""}` }));
}
