// Says that something is not saved yet, and asks before it is left behind.
(() => {
  "use strict";
  const form = document.querySelector("form[data-warn-unsaved], #procedurerevision_form");
  if (!form) return;
  const note = document.querySelector("[data-unsaved-note]");
  const text = document.documentElement.lang.startsWith("en") ? "Not saved yet" : "Có thay đổi chưa lưu";
  // After an error or a conflict, what is on the page is not what is stored.
  let isDirty = Boolean(document.querySelector(".error-summary"));
  const show = () => { if (note) note.textContent = isDirty ? text : ""; };
  const dirty = (event) => {
    if (event.target.closest("[data-ignore-unsaved]")) return;
    isDirty = true;
    show();
  };
  form.addEventListener("input", dirty);
  form.addEventListener("change", dirty);
  form.addEventListener("submit", () => { isDirty = false; });
  window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
  show();
})();
