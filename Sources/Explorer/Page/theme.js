// Light and dark: as the reader's system has it, or as the button says.

const themes = ["auto", "light", "dark"];

/** Makes the button that changes the theme; `changed` is told when colours are others. */
export function themeButton(button, changed) {
  let theme = "auto";
  try {
    theme = localStorage.getItem("gradflow-theme") ?? "auto";
  } catch {
    // Pages that are opened as files may have no storage.
  }
  const show = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" }[theme];
    button.setAttribute("aria-label", `Colours: ${theme}. Press for the next.`);
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try {
      localStorage.setItem("gradflow-theme", theme);
    } catch {
      // It is kept as long as the page is open.
    }
    show();
    changed();
  });
  if (!themes.includes(theme)) theme = "auto";
  show();
}
