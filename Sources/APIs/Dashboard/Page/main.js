// Each snapshot of the node is drawn as it comes; between snapshots only the clock moves.

import { setText } from "./dom.js";
import { showChain } from "./chain.js";
import { setChain, tick } from "./clock.js";
import { showCurve } from "./curve.js";
import { duration } from "./format.js";
import { showLearning } from "./learning.js";
import { subscribe } from "./stream.js";
import { showTables } from "./tables.js";
import { showUnseen } from "./unseen.js";

function show(snapshot) {
  document.body.dataset.state = "live";
  setText("connection", "Live");
  setChain(snapshot);
  showChain(snapshot);
  showCurve(snapshot);
  showUnseen(snapshot);
  showLearning(snapshot);
  showTables(snapshot);
  tick();
  document.title = `Slot ${snapshot.headSlot} · POL-AI`;
}

function showLost(silence) {
  const first = document.body.dataset.state === "connecting";
  if (!first) document.body.dataset.state = "lost";
  setText("connection", first
    ? "No answer from the node yet. Is polai up running?"
    : `No connection. What you see is ${duration(Math.round(silence)).replace(".0", "")} old; trying again…`);
}

if (location.hash === "#still") {
  // One picture of this moment without a live connection: for print and for screenshots.
  const response = await fetch("/snapshot");
  show(await response.json());
  setText("connection", new Date(Date.now()).toISOString().slice(0, 19).replace("T", " ") + " UTC");
} else {
  subscribe("/events", show, showLost);
  setInterval(tick, 100);
}
