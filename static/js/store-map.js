// The map of stores: what is drawn, chosen and said. The page's table has the same for those who do not see it.
(async () => {
  "use strict";
  const { view, groups, box, towns, nearness } = window.localcareMap;
  const byId = (id) => document.getElementById(id);
  const root = byId("map"), canvas = byId("map-canvas"), pen = canvas.getContext("2d"), card = byId("map-card"), form = byId("map-filters");
  document.querySelectorAll("[data-needs-script]").forEach((part) => (part.hidden = false));
  document.querySelectorAll("[data-without-script]").forEach((part) => (part.hidden = true));
  const CLOSED = 1, WITHOUT_PAGE = 2, STEP = 20, KM = 4.9;
  const number = (value) => value.toLocaleString("en-US");
  const plural = (count, one) => `${number(count)} ${one}${count === 1 ? "" : "s"}`;

  // --- what is known ------------------------------------------------------------------------------------------------
  const get = async (url) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    return answer;
  };
  const fail = () => (byId("map-status").textContent = "The stores could not be fetched. Reload the page to try again.");
  let stores, sheet;
  try {
    const [rows, drawing] = await Promise.all([get(root.dataset.stores).then((a) => a.json()), get(root.dataset.sheet).then((a) => a.text())]);
    stores = rows.stores.map(([no, name, town, x, y, flags, cases, id]) => ({ no, name, town, x, y, flags, cases, id, words: `${no} ${name} ${town}`.toLowerCase() }));
    sheet = new DOMParser().parseFromString(drawing, "image/svg+xml");
  } catch {
    return fail();
  }
  const [width, height] = sheet.documentElement.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const path = (id) => new Path2D(sheet.querySelector(`#${id} path`).getAttribute("d"));
  const land = path("land"), borders = path("borders");
  const names = [...sheet.querySelectorAll("#states text")].map((text) => ({ name: text.textContent, x: +text.getAttribute("x"), y: +text.getAttribute("y") }));
  const places = towns(stores);
  let voices = null;

  // --- how a store is told: tone and shape, and the figure of several -----------------------------------------------
  const MODES = {
    state: {
      tones: ["open", "warn", "off"],
      tone: ({ flags }) => (flags & CLOSED ? "off" : flags & WITHOUT_PAGE ? "warn" : "open"),
      figure: (members) => members.length,
    },
    cases: {
      tones: ["calm", "some", "many", "bad"],
      tone: ({ cases }) => (cases > 5 ? "bad" : cases > 2 ? "many" : cases ? "some" : "calm"),
      figure: (members) => members.reduce((sum, { cases }) => sum + cases, 0),
    },
    voices: {
      tones: ["good", "mid", "bad", "off"],
      tone: ({ id }) => grade(share([id])),
      figure: (members) => { const part = share(members.map(({ id }) => id)); return part === null ? "–" : `${Math.round(100 * part)} %`; },
    },
  };
  const SHAPES = { state: { warn: "diamond", off: "ring" }, cases: { calm: "dot", many: "square", bad: "diamond" }, voices: { mid: "square", bad: "triangle", off: "ring" } };
  const share = (ids) => {
    let all = 0, good = 0;
    for (const id of ids) { const said = voices?.get(id); if (said) { all += said[0]; good += said[1]; } }
    return all ? good / all : null;
  };
  const grade = (part) => (part === null ? "off" : part >= 0.8 ? "good" : part >= 0.6 ? "mid" : "bad");
  const SHOWN = { all: () => true, open: ({ flags }) => !(flags & CLOSED), closed: ({ flags }) => flags & CLOSED, "no-page": ({ flags }) => flags & WITHOUT_PAGE };

  // --- what is shown ------------------------------------------------------------------------------------------------
  let mode = "state", shown = [], drawn = [], drawnAt = 0, chosen = null, aimed = null, colours = {};
  const palette = () => {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    for (const name of ["land", "coast", "border", "name", "halo", "open", "warn", "off", "calm", "some", "many", "bad", "good", "mid"]) colours[name] = read(`--map-${name}`);
    Object.assign(colours, { surface: read("--surface"), ink: read("--ink"), focus: read("--focus"), face: getComputedStyle(document.body).fontFamily });
  };
  const regroup = (k) => {
    // groups are made anew at steps of the zoom only, so that they stand still between them
    const at = 2 ** (Math.round(Math.log2(k) * 2) / 2);
    if (at === drawnAt && drawn.from === shown) return;
    drawn = groups(shown, at, map.size().w < 500 ? 0.8 : 1);
    drawn.from = shown;
    drawnAt = at;
  };
  const inSight = ({ x, y }, margin = 40) => { const { w, h } = map.size(); const [a, b] = map.toScreen(x, y); return a > -margin && b > -margin && a < w + margin && b < h + margin; };

  function draw({ k }) {
    regroup(k);
    const { w, h } = map.size(), ratio = canvas.width / w;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, w, h);
    const [left, top] = map.toScreen(0, 0), unit = k / STEP;
    pen.setTransform(ratio * unit, 0, 0, ratio * unit, ratio * left, ratio * top);
    pen.lineJoin = "round";
    pen.fillStyle = colours.land;
    pen.fill(land);
    pen.lineWidth = 1 / unit;
    pen.strokeStyle = colours.coast;
    pen.stroke(land);
    pen.lineWidth = 1.4 / unit;
    pen.strokeStyle = colours.border;
    pen.stroke(borders);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const visible = drawn.filter((item) => inSight(item));
    if (k < 14) label(names.filter((name) => !covered(name, visible)), 600, 12, colours.name, 99, [0]);
    visible.forEach(mark);
    if (k >= 7) label(places, 550, 12.5, colours.ink, Math.round(6 + k), [20, -19, 32, -31, 44, -43, 58, -57], visible.filter((item) => !item.store));
    if (aimed && !aimed.store) ring(aimed, aimed.r + 3);
    if (aimed?.store) { ring(aimed, 9); tag(aimed); }
    if (chosen?.store && inSight(chosen)) ring(chosen, 10);
    scale(k, h);
    if (document.activeElement === canvas && canvas.matches(":focus-visible")) cross(w / 2, h / 2);
  }
  const covered = ({ x, y }, items) => items.some((item) => Math.abs(item.x - x) * map.state.k < item.r + 12 && Math.abs(item.y - y) * map.state.k < item.r + 7);
  // a name stands at the first place beside its spot where it hides neither a circle nor another name
  function label(items, weight, size, colour, most, places, circles = []) {
    pen.font = `${weight} ${size}px ${colours.face}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.strokeStyle = colours.halo;
    pen.fillStyle = colour;
    const used = circles.map((item) => [...map.toScreen(item.x, item.y), item.r, item.r + 4]);
    const limit = used.length + most;
    for (const item of items) {
      if (used.length >= limit) return;
      if (!inSight(item, 0)) continue;
      const [x, at] = map.toScreen(item.x, item.y), half = pen.measureText(item.name).width / 2 + 4;
      const free = places.slice(0, item.n > 8 ? 8 : 4).find((by) => !used.some(([a, b, wide, high]) => Math.abs(a - x) < half + wide && Math.abs(b - at - by) < high + size / 2));
      if (free === undefined) continue;
      used.push([x, at + free, half, size / 2 + 2]);
      if (circles.length) pen.strokeText(item.name, x, at + free);
      pen.fillText(item.name, x, at + free);
    }
  }
  const circle = (x, y, r) => { pen.beginPath(); pen.arc(x, y, r, 0, 7); };
  const ring = (item, r) => { circle(...map.toScreen(item.x, item.y), r); pen.lineWidth = 2.5; pen.strokeStyle = colours.ink; pen.stroke(); };
  const cross = (x, y) => { pen.strokeStyle = colours.focus; pen.lineWidth = 2; pen.beginPath(); pen.moveTo(x - 14, y); pen.lineTo(x + 14, y); pen.moveTo(x, y - 14); pen.lineTo(x, y + 14); pen.stroke(); };
  // the insets have scales of their own, so the bar stands for the main part of the sheet only
  function scale(k, h) {
    const { x, y } = map.state, km = [500, 200, 100, 50, 20, 10, 5, 2, 1].find((each) => (each / KM) * k < 130);
    if (k < 1.6 || !km || (y > 450 && x < 330) || (y > 560 && x > 850)) return;
    const long = (km / KM) * k, left = 14, up = h - 48;
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(left, up - 5);
    pen.lineTo(left, up);
    pen.lineTo(left + long, up);
    pen.lineTo(left + long, up - 5);
    pen.stroke();
    pen.font = `600 12px ${colours.face}`;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.strokeStyle = colours.halo;
    pen.strokeText(`${km} km`, left + 4, up - 12);
    pen.fillStyle = colours.ink;
    pen.fillText(`${km} km`, left + 4, up - 12);
  }
  function tag(item) {
    const [x, y] = map.toScreen(item.x, item.y), words = `#${item.store.no} ${item.store.name}`;
    pen.font = `600 13px ${colours.face}`;
    const wide = pen.measureText(words).width + 16, left = Math.min(Math.max(4, x - wide / 2), map.size().w - wide - 4), up = y > 44 ? y - 40 : y + 14;
    pen.fillStyle = colours.ink;
    pen.beginPath();
    pen.roundRect(left, up, wide, 26, 6);
    pen.fill();
    pen.fillStyle = colours.surface;
    pen.textAlign = "left";
    pen.fillText(words, left + 8, up + 14);
  }
  function mark(item) {
    const [x, y] = map.toScreen(item.x, item.y);
    return item.store ? dot(x, y, MODES[mode].tone(item.store)) : cluster(x, y, item);
  }
  function dot(x, y, tone) {
    const shape = SHAPES[mode][tone] || "circle";
    pen.beginPath();
    if (shape === "diamond") { pen.moveTo(x, y - 7); pen.lineTo(x + 7, y); pen.lineTo(x, y + 7); pen.lineTo(x - 7, y); pen.closePath(); }
    else if (shape === "square") pen.rect(x - 5, y - 5, 10, 10);
    else if (shape === "triangle") { pen.moveTo(x, y - 6.5); pen.lineTo(x + 7, y + 5.5); pen.lineTo(x - 7, y + 5.5); pen.closePath(); }
    else pen.arc(x, y, shape === "dot" ? 4 : shape === "ring" ? 4.5 : 5.5, 0, 7);
    pen.fillStyle = shape === "ring" ? colours.surface : colours[tone];
    pen.lineWidth = shape === "ring" ? 2.5 : 1.25;
    pen.strokeStyle = shape === "ring" ? colours[tone] : colours.surface;
    pen.fill();
    pen.stroke();
  }
  function cluster(x, y, item) {
    const { tones, tone, figure } = MODES[mode];
    if (item.mode !== mode || item.voices !== voices) {
      const counts = new Map(tones.map((one) => [one, 0]));
      for (const store of item.members) counts.set(tone(store), counts.get(tone(store)) + 1);
      Object.assign(item, { mode, voices, counts, figure: figure(item.members) });
    }
    circle(x, y, item.r + 1.5);
    pen.fillStyle = colours.surface;
    pen.fill();
    let from = -Math.PI / 2;
    pen.lineWidth = 4;
    for (const one of tones) {
      const part = (2 * Math.PI * item.counts.get(one)) / item.members.length;
      if (!part) continue;
      pen.beginPath();
      pen.arc(x, y, item.r - 1, from, from + part);
      pen.strokeStyle = colours[one];
      pen.stroke();
      from += part;
    }
    const words = typeof item.figure === "number" && item.figure > 9999 ? `${Math.round(item.figure / 1000)}k` : String(item.figure);
    pen.font = `650 ${words.length > 3 ? 11 : 12.5}px ${colours.face}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = colours.ink;
    pen.fillText(words, x, y + 0.5);
  }

  // --- what is chosen -----------------------------------------------------------------------------------------------
  function nearest([x, y], reach) {
    let best = null, least = Infinity;
    for (const item of drawn) {
      if (!inSight(item, 0)) continue;
      const [a, b] = map.toScreen(item.x, item.y), away = Math.hypot(a - x, b - y) - (item.store ? 6 : item.r);
      if (away < least && away < reach) [best, least] = [item, away];
    }
    return best;
  }
  function choose(at, reach, byKey = false) {
    const item = nearest(at, reach);
    if (!item) return close();
    const [left, top, right, bottom] = box(item.members);
    const apart = Math.hypot(right - left, bottom - top) * MOST > nearness(MOST);
    if (!item.store && apart && map.state.k < MOST * 0.99) { close(); return map.fit([left, top, right, bottom], { margin: 0.7 }); }
    open(item, byKey);
  }
  function element(tag, text = "", facts = {}) { return Object.assign(document.createElement(tag), { textContent: text, ...facts }); }
  const href = ({ no }) => `/admin/stores/${encodeURIComponent(no)}`;
  const standing = (store) => {
    const part = share([store.id]);
    return [store.flags & CLOSED ? "Closed" : store.flags & WITHOUT_PAGE ? "Open, without a Page" : "Open", store.cases ? plural(store.cases, "open case") : "no open case", part === null ? "" : `${Math.round(100 * part)} % recommend`].filter(Boolean).join(" · ");
  };
  function open(item, byKey) {
    chosen = item;
    const closer = element("button", "×", { type: "button", className: "map__close", ariaLabel: "Close", onclick: () => { close(); canvas.focus(); } });
    if (item.store) {
      const link = element("a", "Open the store", { className: "button button--primary", href: href(item.store) });
      card.replaceChildren(closer, element("h2", `#${item.store.no} ${item.store.name}`), element("p", item.store.town, { className: "soft" }), element("p", standing(item.store)), link);
    } else {
      const list = element("ul");
      list.append(...item.members.slice(0, 30).map((store) => { const line = element("li"); line.append(element("a", `#${store.no} ${store.name}`, { href: href(store) })); return line; }));
      card.replaceChildren(closer, element("h2", `${plural(item.members.length, "store")} at one spot`), list);
    }
    card.hidden = false;
    if (byKey) card.querySelector("a").focus();
    map.redraw();
  }
  function close() { chosen = null; card.hidden = true; map.redraw(); }

  // --- what is said -------------------------------------------------------------------------------------------------
  let later = 0;
  function say() {
    clearTimeout(later);
    later = setTimeout(() => {
      const seen = shown.filter((store) => inSight(store, 0)), { x, y, k } = map.state;
      byId("map-status").textContent = shown.length ? (seen.length === shown.length ? `${plural(seen.length, "store")}` : `${number(seen.length)} of ${plural(shown.length, "store")} in view`) : "No store matches";
      const middle = [...seen].sort((one, two) => (one.x - x) ** 2 + (one.y - y) ** 2 - (two.x - x) ** 2 - (two.y - y) ** 2).slice(0, 8);
      byId("map-near").replaceChildren(...middle.map((store) => {
        const line = element("li"), link = element("a", "", { href: href(store) });
        link.append(element("strong", `#${store.no} ${store.name}`), element("small", `${store.town} · ${standing(store)}`));
        line.append(link);
        return line;
      }));
      if (!middle.length) byId("map-near").replaceChildren(element("li", shown.length ? "No store stands here: move the map, or press 0 for the whole country." : "Nothing matches: choose other stores above."));
      history.replaceState(null, "", `${location.pathname}${location.search}#${x.toFixed(2)},${y.toFixed(2)},${k.toFixed(2)}`);
    }, 180);
  }
  async function apply({ refit = false } = {}) {
    mode = form.elements.colour.value;
    if (mode === "voices" && !voices) {
      try { voices = new Map((await (await get(root.dataset.voices)).json()).voices.map(([id, all, good]) => [id, [all, good]])); } catch { return fail(); }
    }
    const words = byId("map-find").value.trim().toLowerCase().replace(/^#/, "").split(/\s+/);
    shown = stores.filter((store) => SHOWN[form.elements.show.value](store) && words.every((word) => store.words.includes(word)));
    root.querySelectorAll("[data-legend]").forEach((part) => (part.hidden = part.dataset.legend !== mode));
    for (const tone of MODES[mode].tones) root.querySelector(`[data-count-of-tone="${mode}-${tone}"]`).textContent = number(shown.filter((store) => MODES[mode].tone(store) === tone).length);
    const query = new URLSearchParams({ show: form.elements.show.value, colour: mode });
    history.replaceState(null, "", `${location.pathname}?${query}${location.hash}`);
    if (refit && shown.length) map.fit(words[0] ? box(shown) : null, { margin: 0.8 });
    map.redraw();
    say();
  }

  const MOST = 420;
  const map = view(canvas, {
    width, height, most: MOST, draw, choose,
    moved: say,
    over: (at) => { const item = at && nearest(at, 4); if (item === aimed) return; aimed = item; canvas.classList.toggle("is-over", Boolean(item)); map.redraw(); },
  });
  palette();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { palette(); map.redraw(); });
  map.resize();
  const kept = location.hash.slice(1).split(",").map(Number);
  if (kept.length === 3 && kept.every(Number.isFinite)) map.put({ x: kept[0], y: kept[1], k: kept[2] });
  form.addEventListener("submit", (event) => { event.preventDefault(); apply({ refit: true }); });
  form.addEventListener("change", (event) => apply({ refit: event.target.id === "map-find" }));
  byId("map-find").addEventListener("input", () => apply());
  root.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => (button.dataset.zoom === "all" ? map.fit(null) : map.zoom(button.dataset.zoom === "in" ? 1.8 : 1 / 1.8))));
  canvas.addEventListener("focus", map.redraw);
  canvas.addEventListener("blur", map.redraw);
  root.addEventListener("keydown", (event) => { if (event.key === "Escape" && !card.hidden) { close(); canvas.focus(); } });
  await document.fonts?.ready;
  await apply();
  root.dataset.ready = "yes";
})();
