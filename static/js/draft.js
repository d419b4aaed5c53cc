// A section of a draft saves each field as it is left, and says so. Quickens and protects only: the button of the page
// saves the same without a line of this. The server decides what is saved, what clashes and which parts apply
// (dossiers/services/saving.py); htmx carries it. Words stand in the page, none here.
(() => {
  "use strict";
  const form = document.getElementById("to-khai");
  const alertBox = document.getElementById("loi-luu");
  const dialog = document.getElementById("dang-nhap-lai");
  if (!form || !alertBox || !window.htmx) return;

  const url = form.getAttribute("hx-post");
  const KEY = "ban-nhap:" + form.dataset.draft;
  const SOON = 150, PAUSE = 3000, WAITS = [4000, 8000, 15000, 30000];
  const OWN = new Set(["csrfmiddlewaretoken", "draft-base", "draft-page", "draft-turn"]);

  // --- what is on the page ---------------------------------------------------------------------------------------------
  const control = (name) => form.querySelector(`input[name="${name}"]`);
  const typed = () => [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === "string");
  const snapshot = () => JSON.stringify(typed());
  let saved = form.hasAttribute("data-unsaved") || form.querySelector(".field__source") ? "" : snapshot();
  // Offers that nobody has touched are no reason to save, but they go along with the first save.
  let untouched = snapshot();
  const isDirty = () => { const now = snapshot(); return now !== saved && (now !== untouched || form.hasAttribute("data-unsaved")); };

  const refreshToken = () => {
    // A sign-in elsewhere changes the token; the cookie always has the one that fits.
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (!found) return;
    for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = found[1];
  };

  // --- a copy in this tab while saving fails -----------------------------------------------------------------------------
  const keepCopy = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), typed: typed(), base: control("draft-base").value }));
    } catch { /* full or forbidden: the page itself still holds everything */ }
  };
  const dropCopy = () => { try { sessionStorage.removeItem(KEY); } catch { /* nothing was kept */ } };
  const restoreCopy = () => {
    let copy = null;
    try { copy = JSON.parse(sessionStorage.getItem(KEY)); } catch { return false; }
    if (!copy || Date.now() - copy.at > 12 * 3600 * 1000) { dropCopy(); return false; }
    const values = new Map();
    for (const [name, value] of copy.typed) values.set(name, [...(values.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || OWN.has(field.name) || field.type === "hidden" || field.type === "file" || field.tagName === "BUTTON") continue;
      const mine = values.get(field.name) || [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = mine.includes(field.value);
      else if (field.tagName === "SELECT" && field.multiple) for (const option of field.options) option.selected = mine.includes(option.value);
      else if (mine.length) field.value = mine.shift();
      else field.value = "";
    }
    control("draft-base").value = copy.base;
    return snapshot() !== saved;
  };

  // --- saying how it stands ------------------------------------------------------------------------------------------------
  let cause = "", lastField = null;
  const show = (name) => {
    const isNew = name !== cause;
    cause = name;
    alertBox.hidden = !name;
    document.getElementById("trang-thai-luu").classList.toggle("saved--failed", !!name && name !== "restored");
    if (!name) return;
    for (const part of alertBox.querySelectorAll("[data-cause]")) part.hidden = part.dataset.cause !== name;
    alertBox.querySelector('[data-do="sign-in"]').hidden = name !== "session";
    alertBox.querySelector('[data-do="retry"]').hidden = ["session", "conflict", "gone", "restored"].includes(name);
    // Loud once; a retry that fails for the same reason does not pull the focus away again.
    if (isNew && name !== "restored") { alertBox.focus(); alertBox.scrollIntoView({ block: "nearest" }); }
  };

  // --- saving ------------------------------------------------------------------------------------------------------------
  let timer = 0, retry = 0, failures = 0, running = null;
  const causeOf = (status) => ({ 0: "network", 401: "session", 403: "session", 404: "gone", 409: "conflict", 410: "gone", 413: "large", 429: "locked" })[status] || "server";

  const send = () => new Promise((done) => {
    const sent = snapshot();
    refreshToken();
    control("draft-turn").value = Number(control("draft-turn").value) + 1;
    form.addEventListener("htmx:afterRequest", function finish(event) {
      if (event.target !== form) return;
      form.removeEventListener("htmx:afterRequest", finish);
      done({ status: event.detail.xhr.status, sent });
    });
    window.htmx.trigger(form, "luu");
  });

  const save = async () => {
    clearTimeout(timer);
    if (running) { await running; }
    if (!isDirty()) return !cause || cause === "restored";
    running = send();
    const { status, sent } = await running;
    running = null;
    if (status === 200) {
      saved = sent; untouched = ""; failures = 0;
      form.removeAttribute("data-unsaved");
      dropCopy(); show(""); clearTimeout(retry);
      if (isDirty()) plan(SOON);
      return true;
    }
    keepCopy();
    show(causeOf(status));
    if (cause === "network" || cause === "server") {
      clearTimeout(retry);
      retry = setTimeout(save, WAITS[Math.min(failures++, WAITS.length - 1)]);
    }
    return false;
  };
  const plan = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

  form.addEventListener("focusin", (event) => { lastField = event.target; });
  // Leaving a field that was changed saves it; whoever goes on typing for long is saved in a pause.
  form.addEventListener("change", () => plan(SOON));
  form.addEventListener("input", () => { if (cause) keepCopy(); plan(PAUSE); });
  window.addEventListener("online", () => { if (cause === "network") { clearTimeout(retry); save(); } });

  // --- the answer --------------------------------------------------------------------------------------------------------
  // A clash is an answer like any other; htmx by itself shows none above 399.
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target === form && event.detail.xhr.status === 409) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const old = event.detail.target, part = event.detail.fragment.querySelector("[data-mirror]");
    if (!old.dataset || !old.dataset.mirror || !part) return;
    // Only what changes is put in its place, and never under the hands of the person.
    if (old.dataset.mirror === part.dataset.mirror || old.contains(document.activeElement)) { event.detail.shouldSwap = false; return; }
    const words = part.dataset.mirror === "shown" ? form.dataset.shown : form.dataset.hidden;
    const names = [...part.querySelectorAll(".field__label, .field > legend")].map((one) => one.textContent.trim()).join(", ");
    document.getElementById("phan-vua-mo").textContent = `${words}: ${names}`;
    if (part.dataset.mirror === "shown") keepTyped(old, part);
  });
  // What was typed in a part before it was hidden is there again when it comes back.
  const keepTyped = (old, part) => {
    for (const field of old.querySelectorAll("input, textarea, select")) {
      const twin = field.id && part.querySelector("#" + CSS.escape(field.id));
      if (!twin) continue;
      if (field.type === "radio" || field.type === "checkbox") twin.toggleAttribute("checked", field.checked);
      else if (field.tagName === "TEXTAREA") twin.textContent = field.value;
      else if (field.tagName === "SELECT") for (const option of twin.options) option.toggleAttribute("selected", option.value === field.value);
      else twin.setAttribute("value", field.value);
    }
  };
  for (const part of form.querySelectorAll('[data-mirror="hidden"]')) part.hidden = true;

  // --- leaving the page ------------------------------------------------------------------------------------------------------
  // The button posts everything that is on the page; a save that is still under way cannot overtake it (draft-turn).
  let isLeaving = false;
  form.addEventListener("submit", () => {
    isLeaving = true;
    clearTimeout(timer); clearTimeout(retry);
    refreshToken();
    control("draft-turn").value = Number(control("draft-turn").value) + 1;
    // The line may break on the way: the copy goes when the answer has come (typed-copies.js).
    keepCopy();
    try { sessionStorage.setItem("ban-nhap-da-gui", JSON.stringify({ key: KEY, from: location.href.split("#")[0] })); } catch { /* no copy either */ }
  });
  document.addEventListener("submit", async (event) => {
    const other = event.target;
    if (other === form || other.closest("dialog, .save-failed") || !isDirty() || isLeaving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    if (await save()) { isLeaving = true; other.requestSubmit(button); }
  }, true);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target || link.origin !== location.origin || (link.hash && link.pathname === location.pathname) || !isDirty()) return;
    event.preventDefault();
    if (await save()) { isLeaving = true; location.assign(link.href); }
  });
  window.addEventListener("beforeunload", (event) => { if (cause && isDirty() && !isLeaving) event.preventDefault(); });
  window.addEventListener("pagehide", () => {
    if (isLeaving || !isDirty()) return;
    refreshToken();
    control("draft-turn").value = Number(control("draft-turn").value) + 1;
    try { fetch(url, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true, headers: { "HX-Request": "true" } }); } catch { keepCopy(); }
  });
  window.addEventListener("pageshow", (event) => { isLeaving = false; if (event.persisted) plan(SOON); });

  // --- buttons of the message ----------------------------------------------------------------------------------------------
  const openDialog = async () => {
    refreshToken();
    await window.htmx.ajax("GET", "/tai-khoan/dang-nhap-lai/", { target: dialog, swap: "innerHTML" }).catch(() => {});
    if (dialog.childElementCount && !dialog.open) dialog.showModal();
    const first = dialog.querySelector("input:not([type=hidden])");
    if (first) first.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    if (button.dataset.do === "retry") { clearTimeout(retry); save(); }
    if (button.dataset.do === "back") (lastField && lastField.isConnected ? lastField : form.querySelector("input:not([type=hidden])")).focus();
    if (button.dataset.do === "sign-in") openDialog();
    if (button.dataset.do === "close") dialog.close();
  });
  dialog.addEventListener("htmx:responseError", (event) => { dialog.close(); show(causeOf(event.detail.xhr.status)); });
  document.body.addEventListener("signed-in-again", () => {
    dialog.close();
    if (lastField && lastField.isConnected) lastField.focus();
    save();
  });

  // --- on opening ----------------------------------------------------------------------------------------------------------
  if (!form.hasAttribute("data-unsaved") && restoreCopy()) {
    form.setAttribute("data-unsaved", "");
    show("restored");
    plan(0);
  } else if (form.hasAttribute("data-unsaved")) plan(0);
})();
