// The keys' dialog, and the way out of the answer box. Every page works without this file.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // whoever is filling in a form of the thread keeps it
    if (event.detail.target.id === "thread" && event.detail.target.querySelector("details[open]")) event.detail.shouldSwap = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("textarea, input")) event.target.blur();
    // an answer is sent from the keyboard the way mail is
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "reply") event.target.form.requestSubmit();
  });
})();
