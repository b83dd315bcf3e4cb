// A sheet that can be moved and zoomed by mouse, finger and key. Knows nothing of what is drawn on it.
// localcareMap.view(canvas, {width, height, most, draw, choose, over, moved}) → {state, toScreen, toSheet, zoom, fit, redraw}
(() => {
  "use strict";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const ease = (t) => 1 - (1 - t) ** 3;

  function view(canvas, { width, height, most, draw, choose, over, moved }) {
    const state = { x: width / 2, y: height / 2, k: 1 };
    const fingers = new Map();
    let frame = 0, flight = 0, least = 1, grip = null;

    const size = () => ({ w: canvas.clientWidth, h: canvas.clientHeight });
    const toScreen = (x, y) => [(x - state.x) * state.k + size().w / 2, (y - state.y) * state.k + size().h / 2];
    const toSheet = (x, y) => [(x - size().w / 2) / state.k + state.x, (y - size().h / 2) / state.k + state.y];
    const redraw = () => (frame ||= requestAnimationFrame(() => ((frame = 0), draw(state))));
    const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

    function put(next) {
      state.k = clamp(next.k, least, most);
      state.x = clamp(next.x, 0, width);
      state.y = clamp(next.y, 0, height);
      redraw();
      moved(state);
    }
    function fly(next) {
      cancelAnimationFrame(flight);
      if (calm.matches) return put(next);
      const from = { ...state }, to = { ...next, k: clamp(next.k, least, most) }, start = performance.now();
      const step = (now) => {
        const t = ease(Math.min(1, (now - start) / 260));
        const k = from.k * (to.k / from.k) ** t;
        // the sheet moves in step with the zoom, so that what is aimed at does not swing
        const u = Math.abs(to.k - from.k) < 1e-6 ? t : (1 / from.k - 1 / k) / (1 / from.k - 1 / to.k);
        put({ x: from.x + (to.x - from.x) * u, y: from.y + (to.y - from.y) * u, k });
        if (t < 1) flight = requestAnimationFrame(step);
      };
      flight = requestAnimationFrame(step);
    }
    function zoom(factor, at = [size().w / 2, size().h / 2], { gently = true } = {}) {
      const k = clamp(state.k * factor, least, most);
      const [x, y] = toSheet(...at);
      (gently ? fly : put)({ x: x - (at[0] - size().w / 2) / k, y: y - (at[1] - size().h / 2) / k, k });
    }
    // box: [left, top, right, bottom] of the sheet; none is all of it
    function fit(box, { gently = true, margin = 0.85 } = {}) {
      const [left, top, right, bottom] = box || [0, 0, width, height];
      const { w, h } = size();
      const k = Math.min((w * (box ? margin : 1)) / Math.max(right - left, 1e-3), (h * (box ? margin : 1)) / Math.max(bottom - top, 1e-3));
      (gently ? fly : put)({ x: (left + right) / 2, y: (top + bottom) / 2, k });
    }
    function resize() {
      const { w, h } = size(), ratio = devicePixelRatio || 1;
      if (!w || !h) return;
      canvas.width = Math.round(w * ratio);
      canvas.height = Math.round(h * ratio);
      const before = least;
      least = Math.min(w / width, h / height);
      if (state.k <= before * 1.001 || state.k < least) fit(null, { gently: false });
      redraw();
    }

    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const grasp = () => {
      const spots = [...fingers.values()];
      const middle = spots.reduce(([a, b], [x, y]) => [a + x / spots.length, b + y / spots.length], [0, 0]);
      const apart = spots.length > 1 ? Math.hypot(spots[0][0] - spots[1][0], spots[0][1] - spots[1][1]) : 0;
      return { middle, apart, held: toSheet(...middle), k: state.k, gone: grip?.gone || 0 };
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      cancelAnimationFrame(flight);
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, point(event));
      grip = grasp();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return over(point(event));
      const before = fingers.get(event.pointerId), here = point(event);
      fingers.set(event.pointerId, here);
      grip.gone += Math.hypot(here[0] - before[0], here[1] - before[1]);
      if (grip.gone < 5) return;
      canvas.classList.add("is-moving");
      const now = grasp(), { w, h } = size();
      const k = clamp(grip.apart ? (grip.k * now.apart) / grip.apart : state.k, least, most);
      put({ x: grip.held[0] - (now.middle[0] - w / 2) / k, y: grip.held[1] - (now.middle[1] - h / 2) / k, k });
    });
    const release = (event) => {
      if (!fingers.delete(event.pointerId)) return;
      const tapped = event.type === "pointerup" && !fingers.size && grip.gone < 5;
      canvas.classList.remove("is-moving");
      const gone = grip.gone;
      grip = fingers.size ? { ...grasp(), gone } : null;
      if (tapped) choose(point(event), event.pointerType === "touch" ? 24 : 10);
    };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("pointerleave", () => over(null));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      cancelAnimationFrame(flight);
      zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0022)), point(event), { gently: false });
    }, { passive: false });
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = steps[event.key];
      if (step) put({ x: state.x + (step[0] * 80) / state.k, y: state.y + (step[1] * 80) / state.k, k: state.k });
      else if (event.key === "+" || event.key === "=") zoom(1.7);
      else if (event.key === "-") zoom(1 / 1.7);
      else if (event.key === "0" || event.key === "Home") fit(null);
      else if (event.key === "Enter" || event.key === " ") choose([size().w / 2, size().h / 2], Infinity, true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    new ResizeObserver(resize).observe(canvas);
    return { state, size, toScreen, toSheet, zoom, fit, put, redraw, resize };
  }

  window.localcareMap = { view };
})();
