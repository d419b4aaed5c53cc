// What draft.js keeps in this tab while it cannot save goes as soon as it is not needed: at sign-out, and when the page
// that follows a sent form has come. Nothing is ever kept beyond the tab.
(() => {
  "use strict";
  const PREFIX = "ban-nhap:", SENT = "ban-nhap-da-gui";
  const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) || key === SENT);
  try {
    const sent = JSON.parse(sessionStorage.getItem(SENT));
    const entry = performance.getEntriesByType("navigation")[0];
    // Only the answer to that very form: coming back to it after a broken line is no answer.
    if (sent && entry && entry.type === "navigate" && document.referrer === sent.from) {
      sessionStorage.removeItem(sent.key);
      sessionStorage.removeItem(SENT);
    }
  } catch { /* no storage, nothing was kept */ }
  document.addEventListener("submit", (event) => {
    if (!event.target.matches('form[action$="/dang-xuat/"]')) return;
    try { for (const key of keys()) sessionStorage.removeItem(key); } catch { /* as above */ }
  });
})();
