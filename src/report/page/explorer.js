// explorer.js - walks through latent space: a plane, sliders, an arc, sums of samples.
// `state.z` is the point; everything that moves it ends in go().
'use strict';

// A canvas shows a sample in its own pixels; the style of the page enlarges it.
function paint(canvas, values, [channels, height, width]) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d'), picture = context.createImageData(width, height), p = picture.data;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) p[4 * i + c] = byteOf(values[i * channels + (channels === 3 ? c : 0)]);
    p[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

// How samples look; field.js has the same for points.
class Pictures {
  constructor(shape) {
    this.shape = shape;
    this.aspect = shape[2] + ' / ' + shape[1];
  }

  tile(canvas, values) { paint(canvas, values, this.shape); }
  paint(canvas, values) { paint(canvas, values, this.shape); }

  // Tiles, each the sample at its middle.
  drawPlane(canvas, latentAt, goesOn, net) {
    const n = 7, [, height, width] = this.shape, one = make('canvas', {}), context = canvas.getContext('2d');
    if (canvas.width !== n * width || canvas.height !== n * height) [canvas.width, canvas.height] = [n * width, n * height];
    inSlices(n * n, (i) => {
      const column = i % n, row = Math.floor(i / n);
      this.tile(one, net(latentAt((column + 0.5) / n * 2 - 1, 1 - (row + 0.5) / n * 2)));
      context.drawImage(one, column * width, row * height);
    }, null, goesOn);
  }
}

// Does n parts of a work, a few at a time, so that the page stays responsive; then calls done. goesOn() can end it.
function inSlices(n, part, done, goesOn) {
  let i = 0;
  const some = () => {
    const start = performance.now();
    while (i < n && performance.now() - start < 12) part(i++);
    if (i === n) done?.();
    else if (!goesOn || goesOn()) requestAnimationFrame(some);
  };
  some();
}

class Explorer {
  constructor(run, to) {
    const g = run.generator;
    this.run = run;
    this.points = g.shape[0] === 2; // not pictures
    const net = openNet(g);
    this.told = openTold(g.told, () => this.repaint());
    this.net = (z) => net(z, this.told?.features);
    this.look = this.points ? new Field(run, this.net, () => this.repaint()) : new Pictures(g.shape);
    const floats = (text) => new Float32Array(bytesOf(text).buffer);
    const rows = (all) => Array.from({length: all.length / g.latent}, (_, i) => all.slice(i * g.latent, (i + 1) * g.latent));
    this.starts = rows(floats(g.starts));
    this.directions = g.directions ? rows(floats(g.directions)) : [];
    this.slots = [0, 1, 2].map((i) => this.starts[i]);
    this.active = 0;
    this.z = this.starts[0];
    this.root = make('div', {class: 'explorer'}, this.pointPanel(), this.planePanel(), this.samplesPanel(),
      this.directions.length > 0 ? this.slidersPanel() : null);
    to.append(this.root);
    this.showSlots();
  }

  draw(canvas, z) { this.look.tile(canvas, this.net(z)); }

  // All samples anew, those that take long a few at a time.
  repaint() {
    const turn = this.repaints = (this.repaints || 0) + 1;
    this.look.paint(this.now, this.net(this.z));
    if (this.told) this.showTold();
    this.drawMap();
    inSlices(this.starts.length + 1, (i) => (i === 0 ? this.showSlots() : this.draw(this.gallery[i - 1], this.starts[i - 1])),
      null, () => turn === this.repaints);
  }

  // Whatever says what the samples show.
  showTold() {
    this.again.textContent = this.commandOf();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.writeLink(), 150);
  }

  commandOf() {
    return 'gan sample --ckpt RUN --latents ' + this.fileName + '-z.npy --rows 1 --cols 1'
      + (this.told ? ' ' + this.told.option : '') + ' draws the same sample.';
  }

  // Moves to a point. keepPlane: the plane stays, because the point moved within it.
  go(z, keepPlane = false) {
    this.z = z;
    const start = performance.now();
    const values = this.net(z);
    const time = performance.now() - start;
    this.look.paint(this.now, values);
    if (this.points) this.where.textContent = 'G(z) is at ' + this.look.describe(values) + '.';
    this.time.textContent = (time < 0.1 ? 'under 0.1' : time.toFixed(1)) + ' ms per sample, distance from the origin '
      + lengthOf(z).toFixed(1) + ' (typical: ' + Math.sqrt(z.length).toFixed(1) + ')';
    if (!keepPlane) this.setPlane();
    this.sliders?.forEach((s, i) => this.showSlider(s, dot(z, this.directions[i])));
    clearTimeout(this.later);
    this.later = setTimeout(() => this.writeLink(), 150);
  }

  writeLink() {
    try {
      history.replaceState(null, '', '#' + this.linkOf());
    } catch { /* some browsers refuse it for files */ }
  }

  linkOf() {
    const told = this.told ? {[this.told.key]: this.told.value} : {};
    return new URLSearchParams({run: this.run.index, ...told, z: latentToText(this.z)});
  }

  // ---- the point ----

  pointPanel() {
    this.now = make('canvas', {class: this.points ? 'now field' : 'now', role: 'img', 'aria-label': 'The sample at the present point'});
    this.now.style.aspectRatio = this.look.aspect;
    this.where = make('p', {class: 'hint', 'aria-live': 'polite'});
    this.time = make('p', {class: 'hint'});
    const name = this.fileName = this.run.name.replace(/[^\w.-]+/g, '-');
    this.again = make('p', {class: 'hint again'}, this.commandOf());
    const link = make('button', {type: 'button', click: () => {
      this.writeLink();
      copy(location.href.replace(/#.*/, '') + '#' + this.linkOf(), link);
    }}, 'Copy link');
    return make('div', {class: 'panel'}, make('h3', {}, this.points ? 'The plane of the samples' : 'The sample'),
      this.told ? this.told.root : null, this.now,
      ...(this.points ? this.fieldParts() : []), this.time,
      make('div', {class: 'row'},
        make('button', {type: 'button', click: () => this.go(drawLatent(this.z.length))}, 'Surprise me'), link,
        make('button', {type: 'button', click: () => this.savePicture(name + '.png')}, 'Save PNG'),
        make('button', {type: 'button', click: () => save(name + '-z.npy', new Blob([npyOf(this.z)]))}, 'Save latent')),
      this.again);
  }

  fieldParts() {
    const probe = make('p', {class: 'hint'}, 'Point at a place to read D there.');
    this.now.addEventListener('pointermove', (e) => {
      const r = this.now.getBoundingClientRect(), along = (a, size) => (a / size * 2 - 1) * this.look.reach;
      probe.textContent = 'The pointer is at ' + this.look.describe([along(e.clientX - r.left, r.width),
        -along(e.clientY - r.top, r.height)]) + '.';
    });
    return [this.look.legend(), this.where, probe];
  }

  // In whole multiples of its pixels, so that the file is as sharp as the screen.
  savePicture(name) {
    const times = Math.max(1, Math.round(256 / this.now.width));
    const large = make('canvas', {width: this.now.width * times, height: this.now.height * times});
    const context = large.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(this.now, 0, 0, large.width, large.height);
    large.toBlob((blob) => save(name, blob));
  }

  // ---- the plane ----

  planePanel() {
    this.reach = 4; // the plane goes from -reach to reach, in standard deviations of a latent's values
    this.map = make('canvas', {class: this.points ? 'field' : null});
    this.spot = make('div', {class: 'spot'});
    this.pad = make('div', {class: 'plane', tabindex: 0, role: 'application',
      'aria-label': 'Plane through latent space. Arrow keys move the point; with Shift in larger steps.'}, this.map, this.spot);
    this.pad.style.aspectRatio = this.look.aspect;
    const kinds = [['strong', 'the two strongest directions', this.directions.length > 1],
      ['random', 'two random directions', true], ['slots', 'the samples A, B and C', true]];
    this.kind = make('select', {change: () => this.setPlane()},
      ...kinds.filter((k) => k[2]).map(([value, label]) => make('option', {value}, label)));
    this.lines = make('input', {type: 'checkbox', change: () => this.drawMap()});
    const again = make('button', {type: 'button', click: () => this.setPlane()}, 'Centre here');
    let held = false;
    const move = (e) => {
      const r = this.pad.getBoundingClientRect();
      this.goInPlane(((e.clientX - r.left) / r.width * 2 - 1) * this.reach, (1 - (e.clientY - r.top) / r.height * 2) * this.reach);
    };
    this.pad.addEventListener('pointerdown', (e) => {
      held = true;
      this.pad.setPointerCapture(e.pointerId);
      move(e);
    });
    this.pad.addEventListener('pointermove', (e) => { if (held) move(e); });
    for (const end of ['pointerup', 'pointercancel']) this.pad.addEventListener(end, () => { held = false; });
    this.pad.addEventListener('keydown', (e) => {
      const step = (e.shiftKey ? 10 : 1) * this.reach / 40;
      const [dx, dy] = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[e.key] || [0, 0];
      if (dx === 0 && dy === 0) return;
      e.preventDefault();
      this.goInPlane(this.x + dx * step, this.y + dy * step);
    });
    return make('div', {class: 'panel'}, make('h3', {}, 'A plane through latent space'), this.pad,
      make('p', {class: 'hint'}, this.points ? 'Drag across it, and see where G puts the point. Lighter: D takes it for real.'
        : 'Drag across it. Each tile is the sample at its middle.'),
      make('div', {class: 'row'}, make('label', {}, 'Plane of ', this.kind), again),
      this.points ? make('p', {}, make('label', {}, this.lines, ' where G puts the lines of this plane')) : null);
  }

  // The plane through the present point, which becomes its middle; that of A, B and C has its middle at their mean.
  setPlane() {
    const kind = this.kind.value, n = this.z.length;
    this.origin = this.z;
    if (kind === 'slots') {
      const [a, b, c] = this.slots;
      [this.u, this.v] = rightAngles(mix(b, 1, a, -1), mix(c, 1, a, -1));
      this.origin = mix(mix(a, 1 / 3, b, 1 / 3), 1, c, 1 / 3);
      this.reach = Math.max(1, ...this.slots.map((s) => lengthOf(mix(s, 1, this.origin, -1)))) * 1.15;
    } else {
      [this.u, this.v] = kind === 'strong' ? this.directions : rightAngles(drawLatent(n), drawLatent(n));
      this.reach = kind === 'strong' ? 4 : 8;
    }
    const rest = mix(this.z, 1, this.origin, -1);
    this.place(dot(rest, this.u), dot(rest, this.v));
    this.drawMap();
  }

  place(x, y) {
    const clip = (v) => Math.min(this.reach, Math.max(-this.reach, v));
    this.x = clip(x);
    this.y = clip(y);
    this.spot.style.left = (this.x / this.reach + 1) * 50 + '%';
    this.spot.style.top = (1 - this.y / this.reach) * 50 + '%';
  }

  goInPlane(x, y) {
    this.place(x, y);
    this.go(mix(mix(this.origin, 1, this.u, this.x), 1, this.v, this.y), true);
  }

  drawMap() {
    const turn = this.turn = (this.turn || 0) + 1;
    const latentAt = (x, y) => mix(mix(this.origin, 1, this.u, x * this.reach), 1, this.v, y * this.reach);
    this.look.drawPlane(this.map, latentAt, () => turn === this.turn, this.net);
    if (!this.points) return;
    this.look.paths = this.lines.checked ? this.look.lattice(latentAt) : [];
    this.look.paint(this.now, this.net(this.z));
  }

  // ---- samples: A, B, C, the arc from A to B, A - B + C ----

  samplesPanel() {
    const letters = ['A', 'B', 'C'];
    this.slotCanvases = letters.map(() => make('canvas', {'aria-hidden': 'true'}));
    this.slotButtons = letters.map((letter, i) => make('button', {type: 'button', 'aria-label': 'Choose sample ' + letter,
      click: () => { this.active = i; this.showSlots(); }}, this.slotCanvases[i]));
    const slots = make('div', {class: 'slots'}, ...letters.map((letter, i) =>
      make('div', {class: 'slot'}, make('span', {}, letter), this.slotButtons[i])));
    this.gallery = [];
    const gallery = make('div', {class: 'tiles', role: 'group', 'aria-label': this.told ? 'Latents of the first samples of gan sample' : 'The first samples of gan sample'},
      ...this.starts.map((z, i) => {
        const canvas = make('canvas', {'aria-hidden': 'true'});
        this.gallery.push(canvas);
        this.draw(canvas, z);
        return make('button', {type: 'button', 'aria-label': 'Sample ' + i, click: () => this.pick(z)}, canvas);
      }));
    this.arc = make('input', {type: 'range', min: 0, max: 1, step: 0.01, value: 0, 'aria-label': 'From A to B',
      input: () => this.go(slerp(this.slots[0], this.slots[1], Number(this.arc.value)), true),
      change: () => this.setPlane()});
    this.strip = Array.from({length: 8}, () => make('canvas', {}));
    return make('div', {class: 'panel'}, make('h3', {}, 'Between samples'),
      make('p', {class: 'hint'}, 'Choose A, B or C, then a sample for it, or take the present point.'), slots,
      make('div', {class: 'row'},
        make('button', {type: 'button', click: () => this.pick(this.z)}, 'Take the present point'),
        make('button', {type: 'button', click: () => this.go(this.sum())}, 'Go to A − B + C')),
      make('p', {}, 'From A to B along the sphere:'),
      make('div', {class: 'strip', role: 'img', 'aria-label': 'Eight samples from A to B'}, ...this.strip), this.arc, gallery);
  }

  sum() {
    const [a, b, c] = this.slots;
    return mix(mix(a, 1, b, -1), 1, c, 1);
  }

  // The sample goes to the chosen letter, and the next letter is chosen.
  pick(z) {
    this.slots[this.active] = z;
    this.active = (this.active + 1) % 3;
    this.showSlots();
    this.go(z);
  }

  showSlots() {
    this.slots.forEach((z, i) => {
      this.draw(this.slotCanvases[i], z);
      this.slotButtons[i].setAttribute('aria-pressed', String(i === this.active));
    });
    this.strip.forEach((canvas, i) =>
      this.draw(canvas, slerp(this.slots[0], this.slots[1], i / (this.strip.length - 1))));
  }

  // ---- directions ----

  slidersPanel() {
    const most = this.run.generator.strengths[0] || 1;
    this.sliders = this.directions.map((d, i) => {
      const value = make('output', {});
      const input = make('input', {type: 'range', min: -4, max: 4, step: 0.02, input: () => {
        this.go(mix(this.z, 1, d, Number(input.value) - dot(this.z, d)), true);
      }, change: () => this.setPlane()});
      const strength = Math.round(100 * this.run.generator.strengths[i] / most);
      return {input, value, root: make('label', {title: 'Strength ' + strength + ' % of the first'}, (i + 1) + ': ' + strength + ' %',
        input, value)};
    });
    return make('div', {class: 'panel sliders'}, make('h3', {}, 'Strongest directions'),
      make('p', {class: 'hint'}, 'The directions of the latent to which G\'s first layer responds most (its principal '
        + 'directions), with their strength relative to the first.'), ...this.sliders.map((s) => s.root));
  }

  showSlider(s, x) {
    s.input.value = x;
    s.value.textContent = x.toFixed(1);
  }
}

function showExplorer() {
  const runs = data.runs.filter((r) => r.generator), to = byId('explorer-body');
  if (runs.length === 0) {
    to.append(make('p', {}, 'There is no generator on this page; the notes at the top say why, unless gan report --no-explorer left it out.'));
    return;
  }
  const link = new URLSearchParams(location.hash.slice(1));
  const place = make('div', {});
  let explorer = null;
  const open = (run, z) => {
    place.replaceChildren();
    explorer = new Explorer(run, place);
    explorer.go(z || explorer.z);
  };
  const choice = make('select', {'aria-label': 'Run', change: () => open(runs[choice.value], null)},
    ...runs.map((r, i) => make('option', {value: i}, r.name)));
  to.append(make('p', {class: 'hint'}, 'This is the generator itself (13-bit weights). It runs in your browser.'));
  if (runs.length > 1) to.append(make('p', {}, make('label', {}, 'Generator of ', choice)));
  to.append(place);
  const follow = () => {
    const now = new URLSearchParams(location.hash.slice(1));
    const run = runs.find((r) => String(r.index) === now.get('run'));
    const z = run ? latentFromText(now.get('z') || '', run.generator.latent) : null;
    if (!z) return false;
    choice.value = runs.indexOf(run);
    if (!explorer || explorer.run !== run) open(run, z);
    const told = explorer.told, wish = told && now.get(told.key);
    if (wish !== null && told && told.set(wish)) explorer.repaint();
    explorer.go(z);
    return true;
  };
  if (!follow()) open(runs[0], null);
  else setTimeout(() => to.scrollIntoView(), 0);
  addEventListener('hashchange', follow);
  keep('explorer', () => ({slots: explorer.slots.map(latentToText), active: explorer.active}), (kept) => {
    const slots = kept.slots.map((text) => latentFromText(text, explorer.z.length));
    if (!slots.every((z) => z)) return;
    [explorer.slots, explorer.active] = [slots, kept.active];
    explorer.showSlots();
  });
}
