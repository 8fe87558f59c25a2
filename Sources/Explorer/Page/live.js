// Runs of a server: those that have finished, and those under way while they grow.

import { unpack } from "./records.js";

/** Gets runs from the server, and follows those that grow by one stream of events. */
export class Live {
  /** `told` is called with what the server says of the playground. */
  constructor(store, told) {
    this.store = store;
    this.told = told;
    /** What has come for runs whose heads are still on their way. */
    this.waiting = new Map();
    this.isLost = false;
  }

  /** Fetches what there is, and begins to follow. */
  async begin() {
    const { runs, faults } = await fetchRuns();
    this.store.runs.push(...runs);
    this.store.faults = new Map(Object.entries(faults));
    this.store.showDefault();
    this.follow();
  }

  follow() {
    this.events = new EventSource("/events");
    this.events.onmessage = ({ data }) => {
      for (const news of JSON.parse(data)) this.take(news);
      this.note();
    };
    this.events.onopen = () => this.lose(false);
    this.events.onerror = () => this.lose(true);
  }

  /** Has what has come shown, so seldom that there is more time for the reader than for that. */
  note() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.store.noteRecords();
    }, 3 * this.store.duration);
  }

  /** Says that the server does not answer; the browser tries again by itself. */
  lose(isLost) {
    if (isLost === this.isLost) return;
    this.isLost = isLost;
    this.store.set({ isLost });
  }

  take(news) {
    if (news.play) {
      this.told(news.play);
    } else if (news.there) {
      this.compare(news.there);
    } else if (news.begins || news.finished) {
      this.fetch(news.run);
    } else if (news.gone) {
      this.forget(news.run);
    } else if (this.waiting.has(news.run)) {
      this.waiting.get(news.run).push(news);
    } else {
      this.grow(news);
    }
  }

  /** Gets what came or ended while nobody told, and leaves out what went. */
  compare(there) {
    const { runs, faults } = this.store;
    for (const name of [...runs.map((run) => run.name), ...faults.keys()]) {
      if (!(name in there)) this.forget(name);
    }
    for (const [name, isGrowing] of Object.entries(there)) {
      if (faults.has(name)) continue;
      const run = this.store.runs.find((each) => each.name === name);
      // Those that grow are told of one by one.
      if (!isGrowing && (!run || run.isGrowing)) this.fetch(name);
    }
  }

  /** Gets the head of a run under way, or a run that has finished, anew. */
  async fetch(name) {
    this.waiting.set(name, []);
    let [runs, faults] = [[], {}];
    try {
      ({ runs, faults } = await fetchRuns(name));
    } catch {
      // It may be gone already; the stream tells.
    }
    const news = this.waiting.get(name);
    this.waiting.delete(name);
    const { store } = this;
    store.faults.delete(name);
    for (const [each, fault] of Object.entries(faults)) store.faults.set(each, fault);
    for (const run of runs) {
      const place = store.runs.findIndex((each) => each.name === name);
      if (place < 0) store.runs.push(run); else store.runs[place] = run;
    }
    news.forEach((each) => this.grow(each));
    if (store.shownRuns.length === 0) store.showDefault();
    store.noteRecords();
  }

  forget(name) {
    const { store } = this;
    store.runs = store.runs.filter((run) => run.name !== name);
    store.faults.delete(name);
    if (store.state.shown.includes(name)) {
      store.set({ shown: store.state.shown.filter((each) => each !== name) });
    }
    if (store.shownRuns.length === 0) store.showDefault();
  }

  /** Adds a step to a table, or what the doctor says of it. */
  grow({ run: name, table, step, layers, columns, notes }) {
    const run = this.store.runs.find((each) => each.name === name);
    if (!run) return;
    if (notes) {
      run.notes.push(...notes);
      return;
    }
    const series = Object.values(columns)[0].length;
    const found = run.table(table) ?? run.begin(table, series, layers ?? null);
    found.append(step, columns);
  }
}

/**
 * The runs of the server, or the one of a name, and what is wrong with those that it cannot read; of those
 * under way what is known at the beginning.
 */
async function fetchRuns(name) {
  const query = name === undefined ? "" : `?name=${encodeURIComponent(name)}`;
  const answer = await fetch(`/runs${query}`);
  if (!answer.ok) throw new Error(await answer.text());
  return unpack(await answer.arrayBuffer());
}
