// Rows of a draft's parts: added, taken away and put in order, by dragging, by buttons and by the keyboard.
// Quickens only: without it one blank row stands ready and the order is the number typed.
(() => {
  "use strict";
  const words = { vi: { up: "Lên", down: "Xuống", grip: "Kéo để đổi thứ tự", remove: "Bỏ dòng này", add: "Thêm dòng", moved: "Đã chuyển đến vị trí" },
    en: { up: "Up", down: "Down", grip: "Drag to change the order", remove: "Remove this row", add: "Add a row", moved: "Moved to position" } };
  const say = words[document.documentElement.lang.startsWith("en") ? "en" : "vi"];
  const live = document.createElement("p");
  live.className = "hidden-visually";
  live.setAttribute("role", "status");
  const sprite = [...document.querySelectorAll("svg use")].map((use) => use.getAttribute("href")).find((href) => href && href.includes("icons."));
  const changed = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite.split("#")[0]}#i-${name}`);
    svg.append(use);
    return svg;
  };
  const button = (name, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.title = label;
    made.setAttribute("aria-label", label);
    if (sprite) made.append(icon(name)); else made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };

  class Parts {
    constructor(group) {
      this.group = group;
      this.prefix = group.dataset.prefix;
      this.list = group.querySelector("[data-rows]");
      this.empty = group.querySelector("template[data-empty]");
      this.total = document.getElementById(`id_${this.prefix}-TOTAL_FORMS`);
      this.hasOrder = Boolean(group.querySelector('[name$="-order"]')) || Boolean(this.empty && this.empty.content.querySelector('[name$="-order"]'));
      this.counts = document.querySelectorAll(`[data-count-of="${this.prefix}"]`);
      if (!this.list.querySelector("input, select, textarea") && !this.empty) return;
      // Only the row that stands ready for browsers without scripts; a row that came back with what was typed stays.
      const blank = this.list.querySelector("[data-blank]");
      if (this.empty && blank && !this.isTyped(blank)) blank.remove();
      this.rows().forEach((row) => this.equip(row));
      this.group.classList.add("is-sortable");
      if (this.empty) {
        const add = button("plus", say.add, () => this.add());
        add.className = "tool tool--add";
        add.append(` ${say.add}`);
        add.removeAttribute("aria-label");
        add.setAttribute("aria-describedby", `${this.prefix}-heading`);
        add.dataset.add = this.prefix;
        this.group.querySelector("[data-add-place]").append(add);
      }
      this.count();
    }
    rows() { return [...this.list.children].filter((row) => row.classList.contains("part")); }
    isTyped(row) {
      return [...row.querySelectorAll("input, textarea, select")].some((one) => {
        if (one.type === "hidden" || one.name.endsWith("-order")) return false;
        if (one.type === "checkbox" || one.type === "radio") return one.checked !== one.defaultChecked;
        if (one.tagName === "SELECT") return [...one.options].some((option) => option.selected !== option.defaultSelected && option.value);
        return one.value !== one.defaultValue;
      });
    }
    equip(row) {
      const tools = row.querySelector("[data-tools]");
      if (!tools || tools.childElementCount) return;
      if (this.hasOrder) {
        const grip = button("grip", say.grip, () => {});
        grip.className = "grip";
        grip.addEventListener("keydown", (event) => {
          const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
          if (!step) return;
          event.preventDefault();
          this.step(row, step, grip);
        });
        grip.addEventListener("pointerdown", (event) => this.drag(event, row, grip));
        tools.append(grip, button("up", say.up, (event) => this.step(row, -1, event.currentTarget)), button("down", say.down, (event) => this.step(row, 1, event.currentTarget)));
      }
      if (row.hasAttribute("data-new")) {
        const remove = button("trash", say.remove, () => this.remove(row));
        remove.classList.add("danger");
        tools.append(remove);
      }
    }
    step(row, by, focused) {
      const rows = this.rows();
      const to = rows.indexOf(row) + by;
      if (to < 0 || to >= rows.length) return;
      if (by < 0) rows[to].before(row); else rows[to].after(row);
      this.renumber(row);
      focused.focus();
      live.textContent = `${say.moved} ${to + 1}`;
    }
    drag(event, row, grip) {
      if (event.button !== 0) return;
      event.preventDefault();
      grip.focus();
      row.classList.add("is-dragged");
      const move = (moved) => {
        for (const other of this.rows()) {
          if (other === row) continue;
          const box = other.getBoundingClientRect();
          const middle = box.top + box.height / 2;
          const follows = Boolean(other.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
          if (follows && moved.clientY < middle) { other.before(row); break; }
          if (!follows && moved.clientY > middle) other.after(row);
        }
        if (moved.clientY < 60) window.scrollBy(0, -12);
        if (moved.clientY > window.innerHeight - 60) window.scrollBy(0, 12);
      };
      const drop = () => {
        row.classList.remove("is-dragged");
        for (const [name, act] of heard) window.removeEventListener(name, act);
        this.renumber(row);
        grip.focus();
      };
      // Not on the handle: it moves with its row, and what is moved loses the pointer.
      const heard = [["pointermove", move], ["pointerup", drop], ["pointercancel", drop]];
      for (const [name, act] of heard) window.addEventListener(name, act);
    }
    renumber(row) {
      this.rows().forEach((one, position) => {
        const order = one.querySelector('[name$="-order"]');
        if (order) order.value = position + 1;
      });
      changed(row.querySelector('[name$="-order"]') || row);
    }
    add() {
      const number = Number(this.total.value);
      const holder = document.createElement("template");
      holder.innerHTML = this.empty.innerHTML.replaceAll("__prefix__", number);
      const row = holder.content.firstElementChild;
      const orders = this.rows().map((one) => Number((one.querySelector('[name$="-order"]') || {}).value) || 0);
      this.list.append(row);
      this.total.value = number + 1;
      const order = row.querySelector('[name$="-order"]');
      if (order) order.value = Math.max(0, ...orders) + 1;
      this.equip(row);
      this.count();
      row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: this.prefix } }));
      const first = row.querySelector(".pf input:not([type=hidden]), .pf select, .pf textarea");
      if (first) first.focus();
    }
    remove(row) {
      const rows = this.rows();
      const at = rows.indexOf(row);
      const next = rows[at + 1] || rows[at - 1] || this.group.querySelector("[data-add]");
      row.remove();
      // Names stay in sequence, as the server counts them.
      this.rows().forEach((one, position) => this.rename(one, position));
      this.count();
      if (next) next.focus();
      changed(this.group);
    }
    rename(row, position) {
      const pattern = new RegExp(`(^|id_)${this.prefix}-\\d+`);
      for (const one of [row, ...row.querySelectorAll("*")]) {
        for (const name of ["id", "name", "for", "aria-describedby"]) {
          const value = one.getAttribute(name);
          if (value && pattern.test(value)) one.setAttribute(name, value.replaceAll(new RegExp(`${this.prefix}-\\d+`, "g"), `${this.prefix}-${position}`));
        }
      }
    }
    count() {
      const rows = this.rows();
      this.total.value = rows.length;
      this.counts.forEach((one) => { one.textContent = `(${rows.length})`; });
    }
  }

  document.body.append(live);
  document.querySelectorAll("[data-parts]").forEach((group) => new Parts(group));

  // A link to a part opens what it is folded into.
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (target) target.scrollIntoView();
  };
  window.addEventListener("hashchange", open);
  open();
})();
