// A button beside each text that is to be copied; without this script the text is selected whole by one touch.
(() => {
  "use strict";
  const words = document.documentElement.lang === "en"
    ? { copy: "Copy", copied: "Copied" }
    : { copy: "Sao chép", copied: "Đã sao chép" };
  if (!navigator.clipboard) return;
  for (const place of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    const name = place.closest("div")?.querySelector("dt, label")?.textContent ?? "";
    button.type = "button";
    button.className = "btn btn--second copy__button";
    button.textContent = words.copy;
    button.setAttribute("aria-label", `${words.copy}: ${name}`);
    const told = document.createElement("span");
    told.className = "hidden-visually";
    told.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(place.dataset.copy);
      } catch {
        return;
      }
      button.textContent = words.copied;
      told.textContent = `${words.copied}: ${name}`;
      setTimeout(() => { button.textContent = words.copy; told.textContent = ""; }, 4000);
    });
    const input = place.querySelector("input");
    input?.addEventListener("focus", () => input.select());
    place.append(button, told);
  }
})();
