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
  // Among choices in a row a letter goes to the next one that begins with it, arrows walk, Escape leaves. While a choice is
  // looked for, keys that do something rest; those that only lead elsewhere do not.
  const leads = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.matches('a[href^="#"], summary');
  const choose = (event, row) => {
    const choices = [...row.querySelectorAll("button")];
    const here = choices.indexOf(event.target);
    const after = [...choices.slice(here + 1), ...choices.slice(0, here + 1)];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") row.closest("details")?.querySelector("summary").click();
    if (event.key === "Escape") return row.closest("details")?.querySelector("summary").focus() ?? true;
    if (step) return choices.at((here + step) % choices.length).focus() ?? true;
    if (!/^[\p{L}\p{N}]$/u.test(event.key)) return false;
    const found = after.find((choice) => choice.innerText.trim().toLowerCase().startsWith(event.key.toLowerCase()));
    return found ? (found.focus() ?? true) : !leads(event.key);
  };
  // A fold that a key has opened hands the keyboard to the first thing in it.
  const enter = (summary) => {
    summary.click();
    const first = summary.parentElement.open && [...summary.parentElement.querySelectorAll("button, input, select, textarea, a[href]")].find((each) => each.type !== "hidden");
    (first || summary).focus();
  };
  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const row = event.target.closest?.(".tap-grid, .chips__row");
    if (row && choose(event, row)) return event.preventDefault();
    if (event.key === "j") return walk(1);
    if (event.key === "k") return walk(-1);
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (isTyping(target)) target.focus();
    else if (target.matches("summary")) enter(target);
    else target.click();
  });

  // A part that is renewed leaves the keyboard where it was: on the same link or button, else on the part itself.
  const nameOf = (element) => {
    const [link, action] = [element.getAttribute("href"), element.form?.getAttribute("action")];
    if (element.id) return `#${CSS.escape(element.id)}`;
    if (link) return `a[href="${CSS.escape(link)}"]`;
    return action ? `form[action="${CSS.escape(action)}"] ${element.localName}` : null;
  };
  let here = null;
  on("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    here = part.contains(document.activeElement) ? { name: nameOf(document.activeElement), part: part.id } : null;
  });
  on("htmx:afterSwap", () => {
    if (!here || document.activeElement !== document.body) return;
    const part = document.getElementById(here.part);
    const same = here.name && part?.querySelector(here.name);
    if (!same && part) part.tabIndex = -1;
    (same || part)?.focus({ preventScroll: true });
    here = null;
  });

  // The viewer's menu closes like a menu.
  const closeMenus = (except) => document.querySelectorAll("details.viewer[open]").forEach((menu) => menu !== except && (menu.open = false));
  on("click", (event) => closeMenus(event.target.closest("details.viewer")));
  on("keydown", (event) => event.key === "Escape" && closeMenus(null));
})();
