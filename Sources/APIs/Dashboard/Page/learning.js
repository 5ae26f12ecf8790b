// The trainer, the loss gate and the model.

import { byId, el, hash, setBar, setText, whenChanged } from "./dom.js";
import { change, count, isNumber, loss, plural, short } from "./format.js";

// The kinds of refusal as the page calls them.
const refusals = {
  gate: "by the gate", outlier: "by Krum", copy: "copies", oversize: "too large", "not-finite": "not finite", damaged: "damaged",
  signature: "forged", parent: "wrong parent", misfit: "other model", repeated: "repeated", together: "not together", unavailable: "not found",
};

export function showLearning(snapshot) {
  const ai = snapshot.ai;
  setText("update-count", ai ? count(ai.updateCount) : "–");
  whenChanged("adapter", ai?.finalizedAdapterRoot, () =>
    byId("adapter-root").replaceChildren(...(ai ? ["adapter ", hash(ai.finalizedAdapterRoot, 6)] : ["the AI engine is off"])));
  showTrainers(ai?.trainers ?? (ai?.trainer ? [ai.trainer] : []));
  showGate(ai);
  showModel(ai);
}

function chip(id, text, kind) {
  setText(id, text);
  byId(id).className = `chip ${kind}`;
}

// Trainers of one node take turns: the one that trains is shown, or the first.
function showTrainers(trainers) {
  const running = trainers.filter((trainer) => trainer.phase !== "off");
  const trainer = running.find((each) => each.phase === "training") ?? running[0];
  if (!trainer) {
    chip("trainer-phase", "off", "");
    setText("trainer-detail", "No trainer runs in this node.");
    return setBar("trainer-bar", undefined);
  }
  chip("trainer-phase", trainer.phase, trainer.phase === "training" ? "good" : "");
  setBar("trainer-bar", trainer.steps > 0 ? trainer.step / trainer.steps : 0);
  setText("trainer-detail", [
    running.length > 1 && `${trainer.name ?? "trainer"} of ${plural(running.length, "trainer")}`,
    `round ${count(trainer.round)}`, `step ${count(trainer.step)} of ${count(trainer.steps)}`,
    isNumber(trainer.loss) && `loss ${loss(trainer.loss, 3)}`,
    isNumber(trainer.tokensPerSecond) && `${count(trainer.tokensPerSecond)} tokens/s`,
  ].filter(Boolean).join(" · "));
}

function showGate(ai) {
  const busy = ai && ai.gate !== "idle";
  chip("gate-phase", ai ? ai.gate : "off", busy ? "good" : "");
  setBar("gate-bar", busy ? ai.gateProgress ?? 0 : undefined);
  setText("gate-detail", !ai ? "The AI engine is off." : !busy ? "Waiting for a candidate."
    : isNumber(ai.gateProgress) ? `${Math.round(ai.gateProgress * 100)} % of the 512 sentences` : "Evaluating the 512 sentences.");
}

function showModel(ai) {
  const rows = !ai ? [] : [
    ["Model", ai.model], ["Parameters", short(ai.parameters)],
    ["Loss of the base", loss(ai.baseLoss)], ["Loss now", loss(ai.headLoss)], ["Change", change(ai.baseLoss, ai.headLoss)],
  ];
  const refused = Object.entries(ai?.refused ?? {}).sort(([a], [b]) => a.localeCompare(b));
  if (refused.length > 0) rows.push(["Updates refused", refused.map(([kind, number]) => `${refusals[kind] ?? kind} ${count(number)}`).join(", ")]);
  whenChanged("model", rows, () => byId("model").replaceChildren(
    ...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })])));
}
