// Head, finality and the strip of the latest slots.

import { byId, el, hash, isZeroHash, setNotice, setText, whenChanged } from "./dom.js";
import { count, duration, percent, plural } from "./format.js";

const stripLength = 40;

export function showChain(snapshot) {
  const finalizedSlot = snapshot.finalizedEpoch * (snapshot.slotsPerEpoch ?? 1);
  const lag = Math.max(0, snapshot.headSlot - finalizedSlot);
  setText("head-slot", count(snapshot.headSlot));
  whenChanged("head-root", snapshot.headRoot, () => byId("head-root").replaceChildren(hash(snapshot.headRoot)));
  setText("finalized-slot", count(finalizedSlot));
  setText(
    "finalized-lag",
    finalizedSlot === 0 ? "only genesis so far" : `${plural(lag, "slot")} (${duration(lag * snapshot.secondsPerSlot)}) behind`);
  setText("validators", count(snapshot.validators));
  const quorum = snapshot.updates.find((update) => update.quorum > 0)?.quorum ?? Math.max(1, Math.ceil(snapshot.validators / 2));
  setText("committee", snapshot.validators === 1 ? "this one alone decides, and knows each slice before" : `quorum ${quorum}`);
  setText("peers", count(snapshot.peers));
  setText("peers-detail", snapshot.peers === 0 ? "running alone" : "connected");
  setText("seals", count(snapshot.sealing?.found));
  setText("seals-detail", seals(snapshot.sealing));
  setText("version", snapshot.version);
  setNotice("absence", absence(snapshot));
  setNotice("history", history(snapshot.history));
  showStrip(snapshot, finalizedSlot);
}

/** What came of seals: how much of the work that miners handed in was too late, or else what this node gave up. */
function seals(sealing) {
  if (!sealing) return "sealed in another process";
  const handed = sealing.accepted + sealing.stale;
  if (handed === 0) return `${count(sealing.abandoned)} given up`;
  return `${count(sealing.stale)} of ${count(handed)} handed in too late (${percent(sealing.stale / handed)})`;
}

/** Which share of the stake does not vote, and since when; `null` where all do. */
function absence({ absence: away, slotsPerEpoch, secondsPerSlot, currentSlot }) {
  if (!away) return null;
  const since = away.sinceEpoch * (slotsPerEpoch ?? 1);
  const length = currentSlot === null || currentSlot === undefined ? "" : ` (${duration(Math.max(0, currentSlot - since) * secondsPerSlot)})`;
  const finality = away.share * 3 > 1 ? " More than a third is missing: nothing becomes final until it is back." : "";
  return `${percent(away.share)} of the stake does not vote: ${count(away.validators)} of ${plural(away.active, "validator")}, ` +
    `since epoch ${count(away.sinceEpoch)}${length}.${finality}`;
}

/** How far the blocks before the checkpoint have come; `null` where nothing is missing. */
function history(progress) {
  if (!progress) return null;
  const left = progress.secondsLeft === null || progress.secondsLeft === undefined ? "" : `, ${duration(progress.secondsLeft)} left`;
  return `The history before this node’s checkpoint is on its way: slot ${count(progress.slot)} of ${count(progress.targetSlot)}, ` +
    `${plural(Math.round(progress.slotsPerSecond), "slot")} a second${left}. Until it is here nobody votes on this node.`;
}

function showStrip(snapshot, finalizedSlot) {
  const current = snapshot.currentSlot ?? 0;
  const blocks = new Map(snapshot.blocks.map((block) => [block.slot, block]));
  const known = snapshot.blocks.length ? Math.min(...blocks.keys()) : current;
  const slots = [];
  for (let slot = current; slot >= Math.max(0, known, current - stripLength + 1); slot -= 1) {
    const block = blocks.get(slot);
    const kind = block ? (isZeroHash(block.updateID) ? "empty" : "update") : slot === current ? "current" : slot === 0 ? "empty" : "missed";
    slots.push({ slot, kind, final: slot <= finalizedSlot && kind !== "missed" });
  }
  const words = { empty: "empty AI block", update: "block with an update", missed: "no block", current: "in progress" };
  whenChanged("strip", slots, () => byId("slots").replaceChildren(...slots.map(({ slot, kind, final }) => {
    const text = `Slot ${slot}: ${words[kind]}${final ? ", finalised" : ""}`;
    return el("li", { class: final ? "final" : null, title: text }, el("span", { class: `cell ${kind}`, role: "img", "aria-label": text }));
  })));
}
