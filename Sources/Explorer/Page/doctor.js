// What the gradients of the chosen step tell of a network's health, in the words of `gradflow diagnose`.

import { html, section } from "./dom.js";
import { capitalized } from "./profiles.js";

export class Doctor {
  /** `words` has what is said of a symptom wherever it is seen. */
  constructor(store, words) {
    this.store = store;
    this.words = words;
    this.element = section("doctor", "The doctor",
      "What each network’s gradients tell at this step, and over the whole training.");
    this.list = html("div", { className: "patients" });
    this.element.append(this.list);
    store.follow((state, changed) => this.update(changed));
  }

  update(changed) {
    if (!["shown", "step", "records"].some((key) => changed.has(key))) return;
    const open = new Set([...this.list.querySelectorAll("details[open]")].map((each) => each.id));
    this.list.replaceChildren(...this.store.shownRuns.map((run, place) => this.patient(run, place, open)));
  }

  patient(run, place, open) {
    const table = run.table("weight");
    const step = table?.length ? table.steps[table.place(this.store.state.step)] : null;
    const notes = step === null ? [] : run.notesAt(step);
    const at = step === null ? "Nothing is recorded yet." : `At step ${step.toLocaleString("en")}: `;
    const findings = notes.map((note) => html("div", { className: "finding" },
      html("p", {}, html("strong", {}, capitalized(note.kind)), `: ${note.place}. Seen: ${note.evidence}.`),
      html("p", { className: "remark" }, `Told by: ${this.words[note.kind].threshold}. `
        + this.words[note.kind].cause)));
    // What is said of a whole training waits for its end.
    const whole = run.isGrowing ? null : html("details", { id: `diagnosis-${place}`, open: open.has(`diagnosis-${place}`) },
      html("summary", {}, `Over the whole training: ${run.verdict}`),
      html("pre", {}, run.diagnosis));
    return html("article", { className: "patient" }, html("h3", {}, run.title),
      html("p", {}, at, step !== null && notes.length === 0 ? "nothing is wrong." : ""), ...findings,
      whole);
  }
}
