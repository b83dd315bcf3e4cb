// Stores that stand too near to each other to be told apart become one group. Pure: stores and a scale in, groups out.
(() => {
  "use strict";
  // how near, in pixels: wide apart over the country, close in a town where single stores matter
  const nearness = (k) => (k < 6 ? 42 : k < 24 ? 32 : 20);

  function groups(stores, k, size = 1) {
    const reach = nearness(k) / k, cells = new Map(), taken = new Uint8Array(stores.length), found = [];
    const cell = (x, y) => Math.floor(x / reach) * 100003 + Math.floor(y / reach);
    stores.forEach((store, index) => {
      const key = cell(store.x, store.y);
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(index);
    });
    stores.forEach((store, index) => {
      if (taken[index]) return;
      const members = [];
      for (let right = -1; right <= 1; right++) for (let down = -1; down <= 1; down++) {
        for (const other of cells.get(cell(store.x + right * reach, store.y + down * reach)) || []) {
          if (taken[other]) continue;
          const away = stores[other];
          if ((away.x - store.x) ** 2 + (away.y - store.y) ** 2 <= reach * reach) {
            taken[other] = 1;
            members.push(away);
          }
        }
      }
      found.push(members.length > 1 ? group(members, size) : { x: store.x, y: store.y, store, members: [store], r: 6 });
    });
    return apart(found.sort((one, two) => two.members.length - one.members.length), k, size);
  }

  // what would be covered by the circle of a larger group joins it; they come largest first
  function apart(found, k, size) {
    const wide = 80 / k, cells = new Map(), kept = [];
    const key = (x, y) => Math.floor(x / wide) * 100003 + Math.floor(y / wide);
    for (const item of found) {
      const cover = around(cells, item, wide, key).find((large) => Math.hypot(large.x - item.x, large.y - item.y) * k < large.r + (item.store ? 2 : item.r * 0.75));
      if (cover) {
        Object.assign(cover, { members: [...cover.members, ...item.members] });
        continue;
      }
      kept.push(item);
      if (item.store) continue;
      const here = key(item.x, item.y);
      if (!cells.has(here)) cells.set(here, []);
      cells.get(here).push(item);
    }
    return kept.map((item) => (item.store ? item : group(item.members, size)));
  }

  function around(cells, { x, y }, wide, key) {
    const found = [];
    for (let right = -1; right <= 1; right++) for (let down = -1; down <= 1; down++) found.push(...(cells.get(key(x + right * wide, y + down * wide)) || []));
    return found;
  }

  function group(members, size) {
    const sum = members.reduce(([x, y], store) => [x + store.x, y + store.y], [0, 0]);
    return { x: sum[0] / members.length, y: sum[1] / members.length, store: null, members, r: size * (10 + 2.7 * Math.log(members.length + 1)) };
  }

  const box = (stores) => stores.reduce(
    ([left, top, right, bottom], { x, y }) => [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)],
    [Infinity, Infinity, -Infinity, -Infinity],
  );

  // towns by how many stores they have, where the middle of them is; for names on the map
  function towns(stores) {
    const found = new Map();
    for (const { town, x, y } of stores) {
      const entry = found.get(town) || { name: town.split(",")[0], n: 0, x: 0, y: 0 };
      entry.n += 1;
      entry.x += (x - entry.x) / entry.n;
      entry.y += (y - entry.y) / entry.n;
      found.set(town, entry);
    }
    return [...found.values()].filter((town) => town.name).sort((one, two) => two.n - one.n);
  }

  Object.assign(window.localcareMap, { groups, box, towns, nearness });
})();
