// options.js - the summary of each run, its options, how runs differ, the commands that repeat them.
'use strict';

function showSummary() {
  const last = (run, column) => {
    const values = ((run.columns || {})[column] || []).filter((v) => v !== null);
    return values.length > 0 ? values[values.length - 1] : null;
  };
  const columns = [
    ['run', (r) => make('span', {}, swatch({colour: r.colour}), make('bdi', {}, r.name))],
    ['epochs', (r) => String(r.epoch ?? r.rows ?? 0) + (r.options && r.options.epochs ? ' of ' + r.options.epochs : '')],
    ['samples', (r) => (!r.data ? '' : r.data.channels === 2 ? r.data.samples + ' points' : r.data.samples + ' of ' + r.data.width + '×' + r.data.height
      + (r.data.channels > 1 ? '×' + r.data.channels : ''))],
    ['D(x)', (r) => show(last(r, 'd_real'))],
    ['D(G(z))', (r) => show(last(r, 'd_fake'))],
    ['last FID', (r) => show(last(r, 'fid'))],
    ['best FID', (r) => (r.best && r.best.fid !== undefined ? show(r.best.fid) + ' (epoch ' + r.best.epoch + ')' : 'none')],
    ...(data.runs.some((r) => r.best && r.best.test_psnr !== undefined) ? [['best test PSNR',
      (r) => (r.best && r.best.test_psnr !== undefined ? show(r.best.test_psnr) + ' dB (epoch ' + r.best.epoch + ')' : 'none')]] : []),
    ['findings', (r) => String((r.findings || []).filter((f) => !f.good).length)],
  ];
  byId('runs').append(make('div', {class: 'wide'}, make('table', {},
    make('thead', {}, make('tr', {}, ...columns.map(([name]) => make('th', {scope: 'col'}, name)))),
    make('tbody', {}, ...data.runs.map((r) => make('tr', {}, ...columns.map(([, value]) => make('td', {}, value(r)))))))));
  for (const run of data.runs) {
    const notes = [...run.notes];
    if (run.every > 1)
      notes.push('the curves show every ' + run.every + '-th of ' + run.rows + ' epochs, and the last');
    for (const n of notes)
      byId('notes').append(make('p', {class: 'note'}, data.runs.length > 1 ? make('bdi', {}, run.name + ': ') : null, n));
  }
}

function showOptions() {
  const runs = data.runs.filter((r) => r.options), several = runs.length > 1, to = byId('options-body');
  const names = [...new Set(runs.flatMap((r) => Object.keys(r.options)))];
  if (names.length === 0) {
    to.append(make('p', {}, 'The options are not known: there is neither run.json nor model.bin.'));
    return;
  }
  const standard = (name) => runs.map((r) => (r.defaults || {})[name]).find((v) => v !== undefined) ?? '';
  const differs = (name) => (several ? runs.some((r) => r.options[name] !== runs[0].options[name])
    : (runs[0].options[name] ?? '') !== standard(name));
  const rows = names.map((name) => ({differs: differs(name), root: make('tr', {class: differs(name) ? 'differs' : null},
    make('th', {scope: 'row'}, '--' + name), ...runs.map((r) => make('td', {}, r.options[name] ?? '')),
    make('td', {}, standard(name)))}));
  const only = make('input', {type: 'checkbox', change: () => {
    for (const r of rows) r.root.hidden = only.checked && !r.differs;
  }});
  to.append(make('h3', {}, several ? 'The commands that repeat the runs' : 'The command that repeats the run'));
  for (const run of runs) {
    const text = run.command || '', button = make('button', {type: 'button', click: () => copy(text, button)}, 'Copy');
    to.append(make('div', {}, several ? make('bdi', {}, run.name) : null, make('pre', {}, text), button));
  }
  const same = several && !rows.some((r) => r.differs);
  to.append(make('p', {class: 'hint'}, 'The same version of gan, data and options give the same bytes on every machine.'
    + (same ? ' These runs have the same options.' : '')),
    make('p', {}, make('label', {}, only, several ? ' only what differs between the runs' : ' only what differs from the default')),
    make('div', {class: 'wide'}, make('table', {}, make('thead', {}, make('tr', {}, make('th', {scope: 'col'}, 'option'),
      ...runs.map((r) => make('th', {scope: 'col'}, r.name)), make('th', {scope: 'col'}, 'default'))),
      make('tbody', {}, ...rows.map((r) => r.root)))));
  if (several && !same) only.click();
}
