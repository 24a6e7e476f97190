// chart.js - a line chart in SVG: axes, zoom, a marker that shows values, by pointer and keyboard.
// It knows series of points, not runs: {label, colour, dash, x: [...], y: [...]}.
// All charts share one range of x and one marker, which live in `view`.
'use strict';

const view = {
  from: 0, to: 1, least: 0, most: 1, at: null, charts: [],
  set(from, to) {
    const room = Math.max(this.most - this.least, 1e-9);
    let wide = Math.min(Math.max(to - from, Math.min(room, 2)), room);
    this.from = Math.min(Math.max(from, this.least), this.most - wide);
    this.to = this.from + wide;
    this.draw();
  },
  mark(x) {
    this.at = x === null ? null : Math.min(Math.max(x, this.least), this.most);
    for (const c of this.charts) c.mark();
  },
  draw() { for (const c of this.charts) c.draw(); },
};

// Round numbers between least and most: 1, 2 or 5 times a power of ten apart.
function ticks(least, most, count) {
  const raw = (most - least) / count || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((s) => s * power >= raw) * power, list = [];
  for (let i = Math.ceil(least / step - 1e-9); i * step <= most + step * 1e-9; i++)
    list.push(Number((i * step).toPrecision(12)));
  return list;
}

function logTicks(least, most) {
  const list = [], first = Math.floor(Math.log10(least)), last = Math.ceil(Math.log10(most));
  const every = Math.max(1, Math.ceil((last - first) / 5));
  for (let p = first; p <= last; p += every)
    for (const m of last - first <= 2 ? [1, 2, 5] : [1]) {
      const v = m * 10 ** p;
      if (v >= least * 0.999 && v <= most * 1.001) list.push(v);
    }
  return list.length > 1 ? list : [least, most];
}

// The place of the last x that is not beyond the given one; xs ascend.
function indexAt(xs, x) {
  let low = 0, high = xs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

class Chart {
  // options: {title, unit, references: [{y, label}], marks(): [{x, label, good}]}
  constructor(parent, options, series) {
    this.options = options;
    this.series = series;
    this.log = false;
    this.svg = svg('svg', {tabindex: 0, role: 'img'});
    this.keys = make('div', {class: 'keys'});
    const positive = series.every((s) => s.y.every((y) => y === null || y > 0));
    const box = make('input', {type: 'checkbox', change: () => { this.log = box.checked; this.draw(); }});
    this.root = make('div', {class: 'chart'},
      make('header', {}, make('h3', {}, options.title, options.unit ? make('small', {}, ' ' + options.unit) : null),
        positive ? make('label', {class: 'log'}, box, ' log scale') : null), this.svg, this.keys);
    parent.append(this.root);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(this.svg);
    view.charts.push(this);
  }

  shown() { return this.series.filter((s) => !s.hidden()); }

  // The least and most value within the zoomed range, with room around.
  limits() {
    let least = Infinity, most = -Infinity;
    for (const s of this.shown())
      for (let i = 0; i < s.x.length; i++)
        if (s.y[i] !== null && s.x[i] >= view.from - 1 && s.x[i] <= view.to + 1) {
          least = Math.min(least, s.y[i]);
          most = Math.max(most, s.y[i]);
        }
    if (least > most) return this.log ? [0.1, 1] : [0, 1];
    for (const r of this.options.references || []) {
      const room = (most - least) || 1;
      if (r.always || (r.y > least - room && r.y < most + room)) {
        least = Math.min(least, r.y);
        most = Math.max(most, r.y);
      }
    }
    if (this.log) return most > least * 1.01 ? [least / 1.1, most * 1.1] : [least / 2, most * 2];
    const room = (most - least) * 0.06 || Math.abs(most) * 0.1 || 1;
    return [least - room, most + room];
  }

  draw() {
    const width = this.svg.clientWidth, height = this.svg.clientHeight;
    if (width === 0) return;
    const named = this.namedAtEnd(width);
    const box = {left: 48, right: width - 8 - named.room, top: 16, bottom: height - 22};
    const [least, most] = this.limits(), scale = this.log ? Math.log : (v) => v;
    this.box = box;
    this.px = (x) => box.left + (x - view.from) / (view.to - view.from || 1) * (box.right - box.left);
    this.py = (y) => box.bottom - (scale(y) - scale(least)) / (scale(most) - scale(least)) * (box.bottom - box.top);
    this.svg.setAttribute('viewBox', '0 0 ' + width + ' ' + height);
    this.svg.replaceChildren();
    this.drawAxes(least, most, width);
    const id = 'clip-' + view.charts.indexOf(this);
    const clip = svg('clipPath', {id});
    clip.append(svg('rect', {x: box.left, y: box.top - 4, width: Math.max(box.right - box.left, 0),
      height: box.bottom - box.top + 8}));
    const inner = svg('g', {'clip-path': 'url(#' + id + ')'});
    for (const s of this.shown())
      this.drawSeries(inner, s);
    this.svg.append(clip, inner);
    this.drawNames(named.series);
    this.drawMarks();
    this.over = svg('g', {});
    this.svg.append(this.over);
    this.describe();
    this.mark();
  }

  drawAxes(least, most, width) {
    const b = this.box;
    for (const y of this.log ? logTicks(least, most) : ticks(least, most, 4)) {
      if (this.options.whole && !Number.isInteger(y)) continue;
      this.svg.append(svg('line', {class: 'gridline', x1: b.left, x2: b.right, y1: this.py(y), y2: this.py(y)}),
        svg('text', {x: b.left - 6, y: this.py(y) + 4, 'text-anchor': 'end'}, show(y)));
    }
    for (const x of ticks(view.from, view.to, Math.max(2, width / 90))) {
      if (!Number.isInteger(x)) continue;
      this.svg.append(svg('line', {class: 'axis', x1: this.px(x), x2: this.px(x), y1: b.bottom, y2: b.bottom + 4}),
        svg('text', {x: this.px(x), y: b.bottom + 16, 'text-anchor': this.px(x) > width - 20 ? 'end' : this.px(x) < b.left + 8 ? 'start' : 'middle'}, x));
    }
    this.svg.append(svg('line', {class: 'axis', x1: b.left, x2: b.right, y1: b.bottom, y2: b.bottom}),
      svg('text', {x: b.left - 6, y: b.bottom + 16, 'text-anchor': 'end'}, 'epoch'));
    for (const r of this.options.references || []) {
      if (r.y < least || r.y > most) continue;
      this.svg.append(svg('line', {class: 'reference', x1: b.left, x2: b.right, y1: this.py(r.y), y2: this.py(r.y)}),
        svg('text', {x: b.right - 2, y: this.py(r.y) - 4, 'text-anchor': 'end'}, r.label));
    }
  }

  // Lines between neighbours; a gap where a value is missing inside; a dot for a value that stands alone.
  drawSeries(to, s) {
    let path = '', pen = false;
    const dots = [], alone = s.y.filter((y) => y !== null).length <= 60;
    for (let i = 0; i < s.x.length; i++) {
      if (s.y[i] === null) { pen = pen && s.sparse; continue; }
      const x = this.px(s.x[i]).toFixed(1), y = this.py(s.y[i]).toFixed(1);
      path += (pen ? 'L' : 'M') + x + ' ' + y;
      pen = true;
      if (alone) dots.push([x, y]);
    }
    to.append(svg('path', {class: 'curve', d: path, stroke: s.colour, 'stroke-dasharray': s.dash || null}));
    for (const [cx, cy] of dots) to.append(svg('circle', {cx, cy, r: 2.2, fill: s.colour}));
  }

  // The curves that have their names at their ends: a few with short names, where there is room.
  namedAtEnd(width) {
    const series = this.shown().filter((s) => s.name && s.y.some((y) => y !== null));
    const room = Math.max(0, ...series.map((s) => s.name.length * 6.2)) + 8;
    return series.length > 1 && series.length === this.shown().length && series.length <= 3 && width > 3.5 * room
      ? {series, room} : {series: [], room: 0};
  }

  // At the height of the last value that can be seen, and apart from each other.
  drawNames(series) {
    const names = series.map((s) => {
      let i = indexAt(s.x, view.to);
      while (i > 0 && s.y[i] === null) i--;
      const y = s.y[i] === null ? this.box.bottom : this.py(s.y[i]);
      return {s, y: Math.min(Math.max(y, this.box.top + 4), this.box.bottom - 2)};
    }).sort((a, b) => a.y - b.y);
    names.forEach((n, i) => { if (i > 0) n.y = Math.max(n.y, names[i - 1].y + 13); });
    const over = names.length > 0 ? Math.max(0, names[names.length - 1].y - this.box.bottom + 2) : 0;
    for (const {s, y} of names)
      this.svg.append(svg('text', {class: 'name', x: this.box.right + 5, y: y + 4 - over, style: 'fill:' + s.colour}, s.name));
  }

  drawMarks() {
    const taken = [];
    for (const m of this.options.marks()) {
      if (m.x < view.from || m.x > view.to) continue;
      const x = this.px(m.x), kind = m.good ? ' good' : '';
      const line = svg('line', {class: 'found' + kind, x1: x, x2: x, y1: this.box.top, y2: this.box.bottom});
      line.append(svg('title', {}, m.title));
      let at = x;
      while (taken.some((t) => Math.abs(t - at) < 12)) at += 12;
      taken.push(at);
      this.svg.append(line, svg('text', {class: 'found-label' + kind, x: at, y: 11, 'text-anchor': 'middle'}, m.label));
    }
  }

  describe() {
    const parts = this.shown().map((s) => {
      const values = s.y.filter((y) => y !== null);
      return values.length === 0 ? s.label + ': no values'
        : s.label + ' from ' + show(values[0]) + ' to ' + show(values[values.length - 1]) + ', least '
          + show(values.reduce((a, b) => Math.min(a, b))) + ', most ' + show(values.reduce((a, b) => Math.max(a, b)));
    });
    this.svg.setAttribute('aria-label', this.options.title + ' over the epochs. ' + parts.join('; '));
  }

  valuesAt(x) {
    return this.shown().map((s) => {
      const i = s.x.length ? indexAt(s.x, x + 1e-9) : -1;
      return {s, x: s.x[i], y: i < 0 ? null : s.y[i]};
    });
  }

  mark() {
    if (!this.over) return;
    this.over.replaceChildren();
    const at = view.at === null ? Infinity : view.at;
    this.keys.replaceChildren(...this.valuesAt(at === Infinity ? view.most : at).map(({s, y}) =>
      make('span', {}, swatch(s), make('bdi', {}, s.label), ' ' + show(y))));
    if (view.at === null || view.at < view.from || view.at > view.to) return;
    const x = this.px(view.at);
    this.over.append(svg('line', {class: 'marker', x1: x, x2: x, y1: this.box.top, y2: this.box.bottom}),
      svg('text', {x: x < this.box.right - 70 ? x + 4 : x - 4, y: this.box.bottom - 4,
        'text-anchor': x < this.box.right - 70 ? 'start' : 'end'}, 'epoch ' + view.at));
    for (const v of this.valuesAt(view.at))
      if (v.y !== null)
        this.over.append(svg('circle', {cx: this.px(v.x), cy: this.py(v.y), r: 4, fill: v.s.colour}));
  }

  // What a screen reader says when the marker has moved.
  say() {
    byId('readout').textContent = this.options.title + ', epoch ' + view.at + ': '
      + this.valuesAt(view.at).map((v) => v.s.label + ' ' + show(v.y)).join(', ');
  }

  epochUnder(e) {
    const r = this.svg.getBoundingClientRect(), b = this.box;
    const part = (e.clientX - r.left - b.left) / (b.right - b.left);
    return view.from + Math.min(Math.max(part, 0), 1) * (view.to - view.from);
  }

  listen() {
    let start = null;
    this.svg.addEventListener('pointerdown', (e) => { start = {x: e.clientX, epoch: this.epochUnder(e)}; });
    this.svg.addEventListener('pointermove', (e) => {
      const epoch = this.epochUnder(e);
      view.mark(Math.round(epoch));
      if (start && Math.abs(e.clientX - start.x) > 6) {
        this.svg.setPointerCapture(e.pointerId);
        const a = this.px(Math.min(start.epoch, epoch)), b = this.px(Math.max(start.epoch, epoch));
        this.over.append(svg('rect', {class: 'zoom', x: a, width: b - a, y: this.box.top,
          height: this.box.bottom - this.box.top}));
      }
    });
    this.svg.addEventListener('pointerup', (e) => {
      const epoch = this.epochUnder(e), from = start;
      start = null;
      if (from && Math.abs(e.clientX - from.x) > 6)
        view.set(Math.min(from.epoch, epoch), Math.max(from.epoch, epoch));
    });
    this.svg.addEventListener('pointercancel', () => { start = null; });
    this.svg.addEventListener('pointerleave', () => { if (!start) view.mark(null); });
    this.svg.addEventListener('dblclick', () => view.set(view.least, view.most));
    this.svg.addEventListener('keydown', (e) => this.key(e));
    this.svg.addEventListener('blur', () => view.mark(null));
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const at = view.at === null ? Math.round(view.from) : view.at, wide = view.to - view.from;
    const step = e.shiftKey ? 10 : 1;
    const moves = {ArrowLeft: -step, ArrowRight: step, PageUp: -Math.round(wide / 10) || -1,
      PageDown: Math.round(wide / 10) || 1, Home: -Infinity, End: Infinity};
    if (e.key in moves) {
      view.mark(view.at === null && Number.isFinite(moves[e.key]) ? at : at + moves[e.key]);
      if (view.at < view.from) view.set(view.at, view.at + wide);
      if (view.at > view.to) view.set(view.at - wide, view.at);
      this.say();
    } else if (e.key === '+' || e.key === '=') view.set(at - wide / 4, at + wide / 4);
    else if (e.key === '-') view.set(at - wide, at + wide);
    else if (e.key === '0' || e.key === 'Escape') view.set(view.least, view.most);
    else return;
    e.preventDefault();
  }
}

function swatch(s) {
  const style = s.dash ? 'repeating-linear-gradient(90deg,' + s.colour + ' 0 4px,transparent 4px 7px)' : s.colour;
  const e = make('span', {class: 'swatch', 'aria-hidden': 'true'});
  e.style.background = style;
  return e;
}
