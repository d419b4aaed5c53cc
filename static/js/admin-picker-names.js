// Lists with a search (Select2) are named by their value alone, so an empty one has no name at all for a screen reader.
// Each is named by its label, or in a table by the head of its column.
(() => {
  "use strict";
  const nameOf = (select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const cell = select.closest("td");
    const head = cell?.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex];
    return (label ?? head)?.textContent.trim().replace(/:$/, "") ?? "";
  };
  const nameAll = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const name = nameOf(select);
      const box = select.parentElement.querySelector(".select2-selection");
      const value = box?.querySelector(".select2-selection__rendered");
      if (!name || !value) continue;
      // Both count: what is asked, then what is chosen.
      box.setAttribute("aria-label", name);
      box.id ||= `${select.id}-picker`;
      box.setAttribute("aria-labelledby", `${box.id} ${value.id}`);
      value.setAttribute("aria-label", name);
    }
  };
  // Select2 dresses a list when it likes: when the page is ready, and when a row was added.
  const isDressing = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches(".select2-container");
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some(isDressing))) nameAll();
  }).observe(document.body, { childList: true, subtree: true });
  nameAll();
  // The search box inside an open list belongs to the list that was opened last.
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches(".select2-search__field") || event.target.hasAttribute("aria-label")) return;
    const open = document.querySelector(".select2-container--open .select2-selection");
    event.target.setAttribute("aria-label", open?.getAttribute("aria-label") ?? "");
  });
})();
