// curves.js - which curves of metrics.csv share a chart, the findings of the diagnosis, the table of values.
'use strict';

// Where the game is in equilibrium, by --loss (docs/metrics.md). nats: the losses are logarithms of probabilities.
const logarithmic = {score: [0.5, '1/2'], value: [-Math.log(4), '-log 4'], nats: true};
const equilibria = {
  'non-saturating': logarithmic, minimax: logarithmic, 'least-squares': {score: [0.5, '1/2'], value: [-0.25, '-1/4']},
  hinge: {value: [-2, '-2']}, wasserstein: {value: [0, '0']},
};
const equilibriumOf = (run) => equilibria[(run.options || {}).loss] || {};

// The references of all runs, which are in the picture however far the curves are from them.
const references = (of) => () => {
  const all = data.runs.map((run) => equilibriumOf(run)[of]).filter((r) => r);
  return [...new Map(all.map(([y, label]) => [label, {y, label, always: true}])).values()];
};
const nats = () => (data.runs.every((run) => equilibriumOf(run).nats) ? 'nats' : null);

const chartRows = [
  {title: 'Losses', unit: nats, curves: [['d_loss', 'of D'], ['g_loss', 'of G']]},
  {title: 'PSNR of restored crops', unit: () => 'dB', curves: [['psnr', 'PSNR']]},
  {title: 'PSNR of restored test pictures', unit: () => 'dB', curves: [['test_psnr', 'PSNR']], sparse: true},
  {title: 'D(x) and D(G(z))', curves: [['d_real', 'D(x)'], ['d_fake', 'D(G(z))']], references: references('score')},
  {title: 'Value V(D, G)', unit: nats, curves: [['value', 'V']], references: references('value')},
  {title: 'FID', unit: () => 'lower is better', curves: [['fid', 'FID']], sparse: true},
  {title: 'Gradient norms', curves: [['d_grad_norm', 'of D'], ['g_grad_norm', 'of G']]},
  {title: 'Accuracy of D', unit: () => 'share judged rightly', curves: [['accuracy_real', 'on real'], ['accuracy_fake', 'on fakes']]},
  {title: 'Penalty', curves: [['penalty', 'penalty']], zero: 'hide'},
  {title: 'Spread of the samples', unit: () => '1: as in the data', curves: [['spread', 'spread']]},
  {title: 'Dead units', unit: () => 'share', curves: [['g_dead', 'of G'], ['d_dead', 'of D']], zero: 'hide'},
  {title: 'Classes covered', curves: [['classes_covered', 'classes']], sparse: true, whole: true},
];
const dashes = [null, '5 3', '1 4'];

function hasValues(run, column, row) {
  const values = (run.columns || {})[column] || [];
  return values.some((v) => v !== null && (row.zero !== 'hide' || v !== 0));
}

// With one run a colour tells curves apart, with several it tells runs apart and the dash tells curves.
function seriesOf(row) {
  const list = [], several = data.runs.length > 1;
  for (const run of data.runs)
    row.curves.forEach(([column, label], k) => {
      if (!hasValues(run, column, row)) return;
      list.push({
        label: several ? run.name + (row.curves.length > 1 ? ', ' + label : '') : label,
        name: several ? null : label, // at the end of the curve
        colour: several ? run.colour : colours[k], dash: several ? dashes[k] : null,
        x: run.columns.epoch, y: run.columns[column], sparse: row.sparse, hidden: () => run.hidden,
      });
    });
  return list;
}

// Findings are numbered; the same number stands at its epoch in every chart.
function listFindings() {
  let number = 0;
  for (const run of data.runs)
    for (const f of run.findings || []) f.number = ++number;
}

function marks() {
  return data.runs.filter((r) => !r.hidden).flatMap((run) => (run.findings || []).map((f) =>
    ({x: f.from, label: String(f.number), good: f.good, title: run.name + ': ' + f.text})));
}

function showFindings() {
  const all = data.runs.flatMap((run) => (run.findings || []).map((f) => ({run, f})));
  const list = make('div', {});
  for (const {run, f} of all)
    list.append(make('div', {class: 'finding' + (f.good ? ' good' : '')}, make('b', {}, String(f.number)),
      data.runs.length > 1 ? make('bdi', {}, run.name + ', ') : null,
      'epoch ' + f.from + (f.to > f.from ? ' to ' + f.to : '') + ': ' + f.text,
      make('span', {class: 'remedy'}, f.remedy)));
  byId('findings').append(all.length > 0 ? list
    : make('p', {class: 'hint'}, 'The diagnosis found nothing wrong.'));
}

function showLegend() {
  if (data.runs.length < 2) return;
  for (const run of data.runs) {
    const button = make('button', {type: 'button', 'aria-pressed': 'true', click: () => {
      run.hidden = !run.hidden;
      button.setAttribute('aria-pressed', String(!run.hidden));
      view.draw();
    }}, swatch({colour: run.colour}), make('bdi', {}, run.name));
    byId('legend').append(button);
  }
}

// A screen reader reads this; a sighted person checks a number. Long runs have every n-th epoch.
function showTable() {
  const details = byId('values'), most = 100;
  details.addEventListener('toggle', () => {
    const to = details.querySelector('div');
    if (!details.open || to.firstChild) return;
    for (const run of data.runs) {
      const names = Object.keys(run.columns || {}).filter((n) => run.columns[n].some((v) => v !== null));
      const count = run.columns ? run.columns.epoch.length : 0, every = Math.ceil(count / most) || 1;
      const table = make('table', {}, make('caption', {}, run.name + (every > 1 ? ', every ' + every + '-th row' : '')),
        make('thead', {}, make('tr', {}, ...names.map((n) => make('th', {scope: 'col'}, n)))));
      const body = make('tbody', {});
      for (let i = 0; i < count; i++)
        if (i % every === 0 || i === count - 1)
          body.append(make('tr', {}, ...names.map((n) => make('td', {class: 'number'},
            run.columns[n][i] === null ? '' : show(run.columns[n][i])))));
      table.append(body);
      to.append(table);
    }
  });
}

function showCurves() {
  listFindings();
  showFindings();
  const epochs = data.runs.map((r) => (r.columns ? r.columns.epoch : [])).filter((x) => x.length > 0);
  if (epochs.length === 0) {
    byId('charts').append(make('p', {}, 'There are no curves yet: metrics.csv has no complete row.'));
    byId('values').remove();
    return;
  }
  view.least = view.from = Math.min(...epochs.map((x) => x[0]));
  view.most = view.to = Math.max(...epochs.map((x) => x[x.length - 1]), view.least + 1);
  showLegend();
  // An end that is that of the run goes on with it.
  keep('curves', () => [view.from === view.least ? null : view.from, view.to === view.most ? null : view.to],
    ([from, to]) => { view.from = from ?? view.least; view.to = to ?? view.most; });
  for (const row of chartRows) {
    const series = seriesOf(row);
    if (series.length > 0)
      new Chart(byId('charts'), {...row, marks, unit: row.unit?.(), references: row.references?.()}, series);
  }
  dark.addEventListener('change', () => view.draw());
  showTable();
}
