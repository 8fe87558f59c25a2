// Drawings that are as wide as their places: in the window, and on paper.

const drawings = new Set();

/** Has something drawn anew whenever its place is of another size; gives what ends that. */
export function whenResized(place, draw) {
  const observer = new ResizeObserver(draw);
  observer.observe(place);
  drawings.add(draw);
  return {
    disconnect() {
      observer.disconnect();
      drawings.delete(draw);
    },
  };
}

/** Prints the page as wide as paper is, in the colours for it, whatever the window has. */
export function preparePrinting() {
  const root = document.documentElement;
  let theme;
  const drawAll = () => drawings.forEach((draw) => draw());
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    root.classList.add("printing");
    drawAll();
  });
  addEventListener("afterprint", () => {
    if (theme === undefined) delete root.dataset.theme; else root.dataset.theme = theme;
    root.classList.remove("printing");
    drawAll();
  });
}
