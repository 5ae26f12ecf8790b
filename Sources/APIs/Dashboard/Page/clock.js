// The slot clock. It runs by the node's time: the difference to this machine's is taken from each snapshot.

import { byId, setBar, setText } from "./dom.js";
import { ago, count, duration } from "./format.js";

let chain = null;
let offset = 0;

/** Seconds since the Unix epoch on the node. */
export const now = () => Date.now() / 1000 + offset;

export function setChain(snapshot) {
  chain = snapshot;
  offset = snapshot.time - Date.now() / 1000;
  tick();
}

/** When a slot begins, in seconds since the Unix epoch. */
export const slotStart = (slot) => chain.genesisTime + slot * chain.secondsPerSlot;

export function tick() {
  if (!chain) return;
  const elapsed = now() - chain.genesisTime;
  if (elapsed < 0) {
    setText("slot-word", "Genesis in");
    setText("slot", duration(-elapsed));
    setText("slot-time", "the chain has not begun");
    setBar("slot-bar", 0);
    return;
  }
  const slot = Math.floor(elapsed / chain.secondsPerSlot);
  const inSlot = elapsed - slot * chain.secondsPerSlot;
  const fraction = inSlot / chain.secondsPerSlot;
  setText("slot-word", "Slot");
  setText("slot", count(slot));
  setText("slot-time", `${inSlot.toFixed(1)} s of ${chain.secondsPerSlot} s`);
  setBar("slot-bar", fraction);
  byId("slots").style.setProperty("--fraction", fraction.toFixed(3));
  for (const node of document.querySelectorAll("time[data-at]")) {
    const text = ago(now() - Number(node.dataset.at));
    if (node.textContent !== text) node.textContent = text;
  }
}
