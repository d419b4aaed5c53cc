// The form editor, quicker: fields dragged to their place, a key suggested while the label is typed, values of a condition
// shown as soon as its question is chosen. Every one of these has a plain button or works by itself on the server.
(() => {
  "use strict";
  const act = document.getElementById("viec");
  const label = document.documentElement.lang.startsWith("en") ? "Drag to change the order" : "Kéo để đổi thứ tự";
  const send = (value, toSection) => {
    for (const [name, given] of [["act", value], ["to_section", toSection]]) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = given;
      act.append(input);
    }
    act.submit();
  };

  const lists = [...document.querySelectorAll("[data-sortable]")];
  const drag = (event, row) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const home = row.parentElement;
    const from = [...home.children].indexOf(row);
    // Fields of a section may go to another section; those of a group stay in it.
    const targets = home.dataset.group ? [home] : lists.filter((list) => !list.dataset.group);
    row.classList.add("is-dragged");
    const move = (moved) => {
      for (const list of targets) {
        const box = list.getBoundingClientRect();
        if (moved.clientY < box.top || moved.clientY > box.bottom) continue;
        const before = [...list.children].find((other) => {
          const place = other.getBoundingClientRect();
          return other !== row && moved.clientY < place.top + place.height / 2;
        });
        if (before !== row.nextElementSibling || list !== row.parentElement) list.insertBefore(row, before || null);
      }
      if (moved.clientY < 60) window.scrollBy(0, -12);
      if (moved.clientY > window.innerHeight - 60) window.scrollBy(0, 12);
    };
    const drop = () => {
      row.classList.remove("is-dragged");
      for (const [name, act] of heard) window.removeEventListener(name, act);
      const to = [...row.parentElement.children].indexOf(row);
      if (row.parentElement === home && to === from) return;
      send(["move", home.dataset.section, home.dataset.group, row.dataset.key, to].join("/"), row.parentElement.dataset.section);
    };
    // Not on the handle: it moves with its row, and what is moved loses the pointer.
    const heard = [["pointermove", move], ["pointerup", drop], ["pointercancel", drop]];
    for (const [name, act] of heard) window.addEventListener(name, act);
  };
  if (act) {
    for (const row of lists.flatMap((list) => [...list.children])) {
      // The arrows beside it do the same by keyboard, so the handle is for pointers alone.
      const grip = document.createElement("span");
      grip.className = "grip";
      grip.title = label;
      grip.textContent = "⠿";
      grip.setAttribute("aria-hidden", "true");
      grip.addEventListener("pointerdown", (event) => drag(event, row));
      row.prepend(grip);
    }
  }

  // --- the key follows the label until somebody types one ---------------------------------------------------------------
  const source = document.querySelector("[data-key-source]");
  const target = document.querySelector("[data-key-target]");
  if (source && target && !target.disabled && !target.value) {
    const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
    let isOwn = false;
    target.addEventListener("input", () => { isOwn = Boolean(target.value); });
    source.addEventListener("input", () => {
      if (isOwn) return;
      const key = fold(source.value);
      target.value = (/^[a-z]/.test(key) || !key ? key : `muc_${key}`).slice(0, 40).replace(/_+$/, "");
      target.dataset.suggested = target.value;
    });
    // Only a suggestion: the server makes it free of other keys when nobody changed it.
    target.form.addEventListener("submit", () => { if (!isOwn && target.value === target.dataset.suggested) target.value = ""; });
  }

  // --- conditions -------------------------------------------------------------------------------------------------------
  document.addEventListener("change", (event) => {
    const chosen = event.target.closest("[data-refreshes]");
    const part = chosen && chosen.closest("[data-condition]");
    if (!part || !window.htmx) return;
    const form = chosen.form;
    window.htmx.ajax("POST", location.pathname + location.search, {
      source: form, target: `#${part.id}`, select: `#${part.id}`, swap: "outerHTML", values: { refresh: "1" },
    }).then(() => { const again = document.getElementById(chosen.id); if (again) again.focus(); });
  });
  document.documentElement.classList.add("has-scripts");
})();
