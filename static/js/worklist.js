// Moves through the worklist by j and k, opens by Enter, ticks by x, counts what is ticked. Quickens only: rows are links,
// boxes are boxes. The keys can be switched off, because single letters get in the way of speech input and some screen
// readers (WCAG 2.1.4).
(() => {
  "use strict";
  const table = document.getElementById("danh-sach");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const boxOf = (row) => row.querySelector("input[name=chon]");

  const form = document.querySelector("[data-picks]");
  const counter = form && form.querySelector("[data-count]");
  const all = form && form.querySelector("[data-pick-all]");
  const boxes = rows.map(boxOf).filter(Boolean);
  const tell = () => {
    if (!counter) return;
    const picked = boxes.filter((box) => box.checked).length;
    const words = picked ? form.dataset.picked.replace("{n}", picked) : "";
    counter.textContent = picked > Number(form.dataset.most) ? `${words}. ${form.dataset.tooMany}` : words;
  };
  if (form) {
    form.addEventListener("change", tell);
    // A browser that comes back keeps its ticks.
    addEventListener("pageshow", tell);
  }
  if (all) {
    all.addEventListener("click", (event) => {
      event.preventDefault();
      const wants = boxes.some((box) => !box.checked);
      boxes.forEach((box) => { box.checked = wants; });
      tell();
    });
  }

  const keys = document.querySelector("[data-keys]");
  if (!keys) return;
  const toggle = keys.querySelector("[data-keys-on]");
  const KEY = "ban-lam-viec.phim-tat";
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem(KEY, value); } catch { /* private window: for this page only */ } };
  toggle.checked = remembered() !== "tat";
  toggle.addEventListener("change", () => remember(toggle.checked ? "bat" : "tat"));
  keys.hidden = false;
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (event.key === "x" && at >= 0) {
      const box = boxOf(rows[at]);
      if (!box) return;
      event.preventDefault();
      box.checked = !box.checked;
      tell();
      return;
    }
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (at >= 0) rows[at].classList.remove("is-at");
    at = Math.min(rows.length - 1, Math.max(0, at + step));
    rows[at].classList.add("is-at");
    // The link takes the focus, so Enter opens it without a line of ours.
    rows[at].querySelector("a").focus();
  });
})();
