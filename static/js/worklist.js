// Moves through the worklist by j and k, opens by Enter. Quickens only: every row is a link anyway. Can be switched off,
// because single letters get in the way of speech input and some screen readers (WCAG 2.1.4).
(() => {
  "use strict";
  const box = document.querySelector("[data-keys]");
  const table = document.getElementById("danh-sach");
  if (!box || !table) return;
  const rows = [...table.tBodies[0].rows];
  const toggle = box.querySelector("[data-keys-on]");
  const KEY = "ban-lam-viec.phim-tat";
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem(KEY, value); } catch { /* private window: for this page only */ } };
  toggle.checked = remembered() !== "tat";
  toggle.addEventListener("change", () => remember(toggle.checked ? "bat" : "tat"));
  box.hidden = false;
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
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
