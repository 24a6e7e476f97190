// field.js - points of the plane: samples and training points over the discriminator's field, as in the pictures of
// samples/ (image/field.h). It paints for the explorer, which knows neither points nor pictures.
'use strict';

const fieldSide = 512, fieldLattice = 96;
const inks = {data: 'rgba(70,160,255,.4)', samples: 'rgba(255,150,20,.75)', darkest: 14, lightest: 150};

// The grey of D(x), dark for 0 and light for 1.
const greyOf = (d) => Math.round(inks.darkest + (inks.lightest - inks.darkest) * d);

// Numbers from 0 to 1 that are the same at every visit (Vigna's splitmix, 32 bits).
function evenNumbers(seed) {
  return () => {
    seed = seed + 0x9e3779b9 | 0;
    let t = seed ^ seed >>> 16;
    t = Math.imul(t, 0x21f0aaad);
    t = Math.imul(t ^ t >>> 15, 0x735a2d97);
    return ((t ^ t >>> 15) >>> 0) / 2 ** 32;
  };
}

class Field {
  // net: z -> (x, y). changed() is called when the field, which takes a moment, is there.
  constructor(run, net, changed) {
    const g = run.generator, known = run.training || {}, random = evenNumbers(1);
    this.net = net;
    this.data = known.points ? new Float32Array(bytesOf(known.points).buffer) : [];
    this.samples = Array.from({length: 500}, () => Array.from(net(drawLatent(g.latent, random))));
    this.reach = known.reach || 1.25 * Math.max(1e-6, ...this.samples.flat().map(Math.abs));
    this.ground = make('canvas', {width: fieldLattice, height: fieldLattice});
    this.aspect = '1';
    this.paths = [];
    if (g.judge) {
      const judge = openNet({...g.judge, shape: [1, 1, 1]});
      this.verdict = (x, y) => 1 / (1 + Math.exp(g.judge.middle - judge([x, y])[0]));
      inSlices(fieldLattice, (row) => this.drawGround(row), changed);
    }
  }

  drawGround(row) {
    const n = fieldLattice, context = this.ground.getContext('2d'), line = context.createImageData(n, 1);
    for (let i = 0; i < n; i++) {
      const at = (k) => ((k + 0.5) / n * 2 - 1) * this.reach;
      line.data.fill(greyOf(this.verdict(at(i), -at(row))), 4 * i, 4 * i + 3);
      line.data[4 * i + 3] = 255;
    }
    context.putImageData(line, 0, row);
  }

  place(p, side) { return [(p[0] / this.reach + 1) * side / 2, (1 - p[1] / this.reach) * side / 2]; }

  dots(context, side, points, ink, radius) {
    context.fillStyle = ink;
    for (const p of points) {
      context.beginPath();
      context.arc(...this.place(p, side), radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  line(context, side, points, ink, width) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.beginPath();
    for (const p of points) context.lineTo(...this.place(p, side));
    context.stroke();
  }

  begin(canvas, side) {
    if (canvas.width !== side || canvas.height !== side) [canvas.width, canvas.height] = [side, side];
    const context = canvas.getContext('2d');
    context.fillStyle = '#0e0e0e';
    context.fillRect(0, 0, side, side);
    context.drawImage(this.ground, 0, 0, side, side);
    return context;
  }

  // A small picture of one sample.
  tile(canvas, point) {
    const side = 88;
    this.dots(this.begin(canvas, side), side, [point], '#ff9614', 7);
  }

  // The large one, with everything.
  paint(canvas, point) {
    const side = fieldSide, context = this.begin(canvas, side);
    const pairs = Array.from({length: this.data.length / 2}, (_, i) => [this.data[2 * i], this.data[2 * i + 1]]);
    for (const path of this.paths) this.line(context, side, path.points, path.ink, path.width);
    this.dots(context, side, pairs, inks.data, 4);
    this.dots(context, side, this.samples, inks.samples, 2.2);
    this.drawScale(context, side);
    const [x, y] = this.place(point, side).map((v) => Math.min(Math.max(v, 0), side)); // outside: on the edge
    for (const [ink, radius] of [['#fff', 9], ['#d22', 11]]) {
      context.strokeStyle = ink;
      context.lineWidth = 2.5;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  drawScale(context, side) {
    context.fillStyle = '#e8eaec';
    context.font = '15px system-ui, sans-serif';
    for (const v of ticks(-this.reach, this.reach, 4)) {
      const [x, y] = this.place([v, v], side);
      context.textAlign = 'center';
      if (x > 24 && x < side - 24) context.fillText(String(v), x, side - 6);
      context.textAlign = 'left';
      if (y > 20 && y < side - 30) context.fillText(String(v), 5, y + 5);
    }
  }

  // The place under the pointer, in words.
  describe([x, y]) {
    return '(' + x.toFixed(2) + ', ' + y.toFixed(2) + ')'
      + (this.verdict ? ', where D(x) is ' + this.verdict(x, y).toFixed(2) : '');
  }

  // The latent plane: D's verdict on G's sample at each place. latentAt(x, y): x and y from -1 to 1.
  drawPlane(canvas, latentAt, goesOn) {
    const n = 48, context = canvas.getContext('2d'), line = context.createImageData(n, 1);
    if (canvas.width !== n) [canvas.width, canvas.height] = [n, n];
    inSlices(n, (row) => {
      for (let i = 0; i < n; i++) {
        const [x, y] = this.net(latentAt((i + 0.5) / n * 2 - 1, 1 - (row + 0.5) / n * 2));
        line.data.fill(this.verdict ? greyOf(this.verdict(x, y)) : inks.darkest, 4 * i, 4 * i + 3);
        line.data[4 * i + 3] = 255;
      }
      context.putImageData(line, 0, row);
    }, null, goesOn);
  }

  // Lines of the latent plane at equal distances, and where G puts them.
  lattice(latentAt) {
    const many = 12, fine = 48, along = (k) => Array.from({length: fine + 1}, (_, i) => [k / many * 2 - 1, i / fine * 2 - 1]);
    return Array.from({length: many + 1}, (_, k) => along(k)).flatMap((l) => [l, l.map(([x, y]) => [y, x])])
      .map((l) => ({points: l.map(([x, y]) => Array.from(this.net(latentAt(x, y)))), ink: 'rgba(255,255,255,.35)', width: 1}));
  }

  legend() {
    const item = (colour, words) => make('span', {}, disc(colour), words);
    return make('p', {class: 'hint keys'}, this.data.length > 0 ? item('rgb(70,160,255)', 'training points') : null,
      item('rgb(255,150,20)', 'samples of G'), item('#d22', 'the present point'),
      this.verdict ? make('span', {}, ramp(), 'D(x) from 0 to 1') : null);
  }
}

function disc(colour) {
  const e = make('span', {class: 'disc', 'aria-hidden': 'true'});
  e.style.background = colour;
  return e;
}

function ramp() {
  const e = make('span', {class: 'swatch ramp', 'aria-hidden': 'true'}), grey = (d) => 'rgb(' + [greyOf(d), greyOf(d), greyOf(d)] + ')';
  e.style.background = 'linear-gradient(90deg,' + grey(0) + ',' + grey(1) + ')';
  return e;
}
