// The page: unpacks its runs, makes its parts, and keeps them in step.

import { Chooser } from "./chooser.js";
import { setPalette } from "./colors.js";
import { Curves } from "./curves.js";
import { Doctor } from "./doctor.js";
import { html } from "./dom.js";
import { HeatMaps } from "./heatmaps.js";
import { LayerPage } from "./layerpage.js";
import { Live } from "./live.js";
import { Networks } from "./networks.js";
import { preparePrinting } from "./paper.js";
import { Play } from "./play.js";
import { Prediction } from "./predict.js";
import { Profiles } from "./profiles.js";
import { bytesFrom, unpack } from "./records.js";
import { Store, readHash } from "./store.js";
import { themeButton } from "./theme.js";
import { TimeBar } from "./timebar.js";

async function begin() {
  const words = JSON.parse(document.getElementById("words").textContent);
  const packed = document.getElementById("records").textContent.trim();
  setPalette(words.palette);
  const store = new Store(packed ? (await unpack(bytesFrom(packed))).runs : []);
  const play = words.served?.play ? new Play(store, words.served) : null;
  const live = words.served ? new Live(store, (state) => play?.told(state)) : null;
  await live?.begin();
  const parts = [new TimeBar(store), new Networks(store), new Profiles(store), new HeatMaps(store),
    new Curves(store), new Doctor(store, words.symptoms), new LayerPage(store), new Prediction(store)];
  const [time, networks, profiles, maps, curves, doctor, layer, prediction] = parts;
  const head = html("div", { className: "controls" }, new Chooser(store).element, time.element);
  const main = document.getElementById("main");
  if (live) main.append(notices(store));
  if (play) main.append(play.element);
  main.append(head, prediction.element, networks.element, html("div", { className: "columns" },
    profiles.element, curves.element), doctor.element, maps.element, layer.element);
  main.hidden = false;
  themeButton(document.getElementById("theme"), () => {
    networks.redraw();
    maps.redraw();
  });
  store.changed = new Set(["shown", "step", "quantity", "measure", "layer", "predict", "records"]);
  if (store.runs.length > 0) readHash(store);
  store.tell();
  preparePrinting();
  addEventListener("hashchange", () => readHash(store));
  document.documentElement.dataset.ready = "true";
}

/** What is said where there is nothing to show yet, where the server is gone, and of runs that it cannot read. */
function notices(store) {
  const notice = html("p", { className: "notice", role: "status" });
  store.follow((state) => {
    const isEmpty = store.shownRuns.length === 0;
    document.body.classList.toggle("empty", isEmpty);
    const words = [...store.faults.values()].map((fault) => `Not shown: ${fault}`);
    if (state.isLost) {
      words.unshift("The server does not answer. What is here stays; it goes on when `gradflow explore` "
        + "runs again.");
    } else if (isEmpty) {
      words.unshift("There are no runs yet. They appear here as soon as some begin: play below, or type "
        + "`gradflow run quickstart` in a terminal.");
    }
    notice.hidden = words.length === 0;
    notice.textContent = words.join("\n");
  });
  return notice;
}

begin().catch((error) => {
  document.body.prepend(html("p", { className: "notice", role: "alert" },
    `This page could not show its records: ${error.message}.`));
  throw error;
});
