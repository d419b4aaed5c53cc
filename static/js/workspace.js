// "Xem trạng thái mới": the page is loaded again and what was typed stands where it was. Kept in this tab only, under the
// prefix that typed-copies.js empties at sign-out. Quickens only: without scripts a late form comes back with what was typed.
(() => {
  "use strict";
  const KEY = `ban-nhap:mot-cua:${location.pathname}`;
  const WORDS = "textarea, input[type=text], input:not([type]), select";
  const fields = () => [...document.querySelectorAll(".act form")].flatMap((form) => [...form.querySelectorAll(WORDS)]);
  const label = (field) => (field.labels && field.labels[0] ? field.labels[0].firstChild.textContent.trim() : field.name);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("a[data-refresh]")) return;
    const typed = fields()
      .filter((field) => field.id && field.value && field.value !== field.defaultValue && !(field.matches("select") && field.selectedIndex === 0))
      .map((field) => ({ id: field.id, label: label(field), value: field.value }));
    try { if (typed.length) sessionStorage.setItem(KEY, JSON.stringify(typed)); } catch { /* no storage: the link works all the same */ }
  });
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
  } catch { /* nothing was kept */ }
  if (!Array.isArray(kept)) return;
  const lost = [];
  for (const one of kept) {
    const field = document.getElementById(one.id);
    if (field && field.matches(WORDS)) {
      field.value = one.value;
      field.closest("details").open = true;
    } else {
      lost.push(one);
    }
  }
  const panel = document.querySelector("[data-typed-lost]");
  if (!panel || !lost.length) return;
  for (const one of lost) {
    const row = document.createElement("div"), term = document.createElement("dt"), text = document.createElement("dd");
    term.textContent = one.label;
    text.textContent = one.value;
    row.append(term, text);
    panel.querySelector("dl").append(row);
  }
  panel.hidden = false;
  panel.focus();
})();
