// What plain HTML cannot do. Every page works without this file.
(() => {
  "use strict";
  const on = (type, act, where = document) => where.addEventListener(type, act);

  // Live parts ask again only while somebody looks: <… hx-trigger="localcare:tick from:body">.
  const tick = () => {
    if (document.visibilityState === "visible") document.body.dispatchEvent(new CustomEvent("localcare:tick"));
  };
  setInterval(tick, 1000 * Number(document.body.dataset.liveSeconds || 15));
  on("visibilitychange", tick);

  // Letters counted while typing: <textarea data-limit="800"> and <p data-count-of="its id">.
  on("input", (event) => {
    const limit = Number(event.target.dataset?.limit);
    const count = limit && document.querySelector(`[data-count-of="${event.target.id}"]`);
    if (!count) return;
    const length = [...event.target.value].length;
    count.textContent = `${length.toLocaleString("en")} of ${limit.toLocaleString("en")}`;
    count.classList.toggle("is-over", length > limit);
  });

  // Copy: <button data-copy="id of the text" hidden>.
  const showCopyButtons = (root) => root.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = !navigator.clipboard));
  showCopyButtons(document);
  on("htmx:load", (event) => showCopyButtons(event.target));
  on("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    const label = button.querySelector("span");
    const before = label.textContent;
    label.textContent = "Copied";
    document.getElementById("announce").textContent = "Copied";
    setTimeout(() => (label.textContent = before), 2000);
  });

  // One tap, one POST: the same form is not sent twice while the first is under way.
  on("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  on("htmx:afterRequest", (event) => delete event.target.dataset.sent);

  // Keys of the desktop: data-key="c" on a link, button or field; j and k walk through a list of cases.
  const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");
  const walk = (step) => {
    const links = [...document.querySelectorAll(".case-row__author")];
    const here = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, here + step))]?.focus();
  };
  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "j") return walk(1);
    if (event.key === "k") return walk(-1);
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (isTyping(target)) target.focus();
    else target.click();
  });

  // The viewer's menu closes like a menu.
  const closeMenus = (except) => document.querySelectorAll("details.viewer[open]").forEach((menu) => menu !== except && (menu.open = false));
  on("click", (event) => closeMenus(event.target.closest("details.viewer")));
  on("keydown", (event) => event.key === "Escape" && closeMenus(null));
})();
