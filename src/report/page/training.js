// training.js - samples beside the training pictures nearest to them, and beside other training pictures.
'use strict';

function tile(png, alt) {
  return make('img', {src: 'data:image/png;base64,' + png, alt});
}

const middleOf = (values) => {
  const sorted = values.filter((v) => v !== null).sort((a, b) => a - b), n = sorted.length;
  return n === 0 ? null : (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
};

// Both sets of distances on one axis that begins at 0, where copies would be.
function distancePlot(sets) {
  const width = 460, left = 128, right = 12, rowHeight = 30, bottom = sets.length * rowHeight + 8;
  const most = Math.max(...sets.flatMap((s) => s.values)) * 1.05 || 1;
  const px = (v) => left + v / most * (width - left - right);
  const plot = svg('svg', {class: 'distances', role: 'img', viewBox: '0 0 ' + width + ' ' + (bottom + 38),
    'aria-label': sets.map((s) => s.label + ': distances from ' + show(Math.min(...s.values)) + ' to '
      + show(Math.max(...s.values)) + ', half of them below ' + show(middleOf(s.values))).join('; ')});
  for (const x of ticks(0, most, 5))
    plot.append(svg('line', {class: 'gridline', x1: px(x), x2: px(x), y1: 4, y2: bottom}),
      svg('text', {x: px(x), y: bottom + 14, 'text-anchor': 'middle'}, show(x)));
  plot.append(svg('text', {x: (left + width - right) / 2, y: bottom + 31, 'text-anchor': 'middle'},
    'distance to the nearest training picture (0: a copy)'));
  sets.forEach((s, i) => {
    const y = 4 + rowHeight * (i + 0.5), m = px(middleOf(s.values));
    plot.append(svg('text', {x: left - 10, y: y + 4, 'text-anchor': 'end'}, s.label));
    for (const v of s.values) plot.append(svg('circle', {cx: px(v), cy: y, r: 4.5, fill: s.colour, 'fill-opacity': 0.55}));
    plot.append(svg('line', {x1: m, x2: m, y1: y - 11, y2: y + 11, stroke: s.colour, 'stroke-width': 2.5}));
  });
  return plot;
}

function showTrainingOf(run, to, several) {
  const t = run.training, distances = (list) => list.map((p) => p.distance).filter((d) => d !== null);
  const ours = distances(t.pairs), theirs = distances(t.real);
  if (several) to.append(make('h3', {}, run.name));
  to.append(make('p', {class: 'hint'}, 'Left in each pair: one of the first samples of gan sample. Right: the nearest of all '
    + t.searched + ' training pictures in ', make('bdi', {}, t.data), '. Below them: their distance (Euclidean, pixels from 0 to 1).'));
  to.append(make('div', {class: 'beside'}, ...t.pairs.map((p, i) => make('figure', {},
    make('div', {class: 'pair'}, tile(p.sample, 'Sample ' + i), tile(p.nearest, 'the training picture nearest to it')),
    make('figcaption', {}, show(p.distance))))));
  to.append(make('h4', {}, 'Training pictures'),
    make('p', {class: 'hint'}, 'Spread over the data; below each its distance to the nearest other training picture.'),
    make('div', {class: 'beside'}, ...t.real.map((p) => make('figure', {}, tile(p.png, 'Training picture'),
      make('figcaption', {}, show(p.distance))))));
  if (ours.length > 0 && theirs.length > 0)
    to.append(make('h4', {}, 'Does G copy?'), distancePlot([{label: 'samples', values: ours, colour: colours[1]},
      {label: 'training pictures', values: theirs, colour: colours[0]}]),
    make('p', {class: 'hint'}, 'The line is the median: ' + show(middleOf(ours)) + ' for these samples, ' + show(middleOf(theirs))
      + ' for these training pictures. Samples that are much nearer than training pictures are to each other may be copies;'
      + ' gan eval measures it on many.'));
}

function showTraining() {
  const to = byId('training-body'), runs = data.runs.filter((r) => r.training && r.training.pairs);
  if (runs.length > 0)
    for (const run of runs) showTrainingOf(run, to, data.runs.length > 1);
  else
    to.append(make('p', {}, data.runs.some((r) => r.training) ? 'The samples are points: the explorer shows them over the training points.'
      : 'There are no training pictures on this page; the notes at the top say why, unless gan report --no-training left them out.'));
}
