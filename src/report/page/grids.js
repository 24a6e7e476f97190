// grids.js - the grids of all runs over the epochs: a slider, a play button.
'use strict';

// Adds it in order of the epochs, unless that epoch has a picture, or is beyond the run, which then is another one.
function addPicture(list, picture) {
  const at = list.findIndex((p) => p.epoch >= picture.epoch);
  if (at >= 0 && list[at].epoch !== picture.epoch) list.splice(at, 0, picture);
}

function showGrids() {
  const runs = data.runs.filter((r) => r.pictures.shown.length > 0), to = byId('player');
  if (runs.length === 0) {
    to.append(make('p', {}, 'There are no pictures: the folder samples/ has none.'));
    return;
  }
  // The picture in view comes along through a reload: among more epochs, others may have been chosen for the page.
  let wanted = null;
  keep('grids', () => {
    const isNewest = Number(slider.value) === epochs.length - 1;
    return isNewest ? null : {epoch: epochs[slider.value], pictures: figures.map(pictureOf)};
  }, (place) => {
    runs.forEach((run, i) => addPicture(run.pictures.shown, place.pictures[i]));
    wanted = place.epoch;
  });
  const epochs = [...new Set(runs.flatMap((r) => r.pictures.shown.map((p) => p.epoch)))].sort((a, b) => a - b);
  const slider = make('input', {type: 'range', min: 0, max: epochs.length - 1, step: 1, value: epochs.length - 1,
    'aria-label': 'Epoch of the samples', input: () => go(Number(slider.value))});
  const shownEpoch = make('output', {});
  const speed = make('select', {'aria-label': 'Pictures per second'},
    ...[2, 5, 10, 20].map((n) => make('option', {value: n, selected: n === 5}, n + ' per second')));
  const play = make('button', {type: 'button', click: () => (timer ? stop() : start())}, 'Play');
  const figures = runs.map((run) => {
    const img = make('img', {decoding: 'sync'}), caption = make('figcaption', {});
    return {run, img, caption, root: make('figure', {}, img, caption)};
  });
  let timer = null;

  // Each run shows its newest picture that is not beyond the epoch.
  function pictureOf(f) {
    const list = f.run.pictures.shown;
    return list[indexAt(list.map((p) => p.epoch), epochs[slider.value])];
  }
  function go(i) {
    const epoch = epochs[i];
    slider.value = i;
    shownEpoch.textContent = 'epoch ' + epoch;
    slider.setAttribute('aria-valuetext', 'epoch ' + epoch);
    for (const f of figures) {
      const p = pictureOf(f);
      if (f.img.dataset.epoch !== String(p.epoch)) {
        f.img.dataset.epoch = p.epoch;
        f.img.src = 'data:image/png;base64,' + p.png;
        f.img.alt = 'Grid of samples of ' + f.run.name + ' after epoch ' + p.epoch;
      }
      f.caption.textContent = f.run.name + ', epoch ' + p.epoch;
    }
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = 'Play';
  }
  function start() {
    if (Number(slider.value) === epochs.length - 1) go(0);
    play.textContent = 'Stop';
    timer = setInterval(() => {
      if (Number(slider.value) === epochs.length - 1) stop();
      else go(Number(slider.value) + 1);
    }, 1000 / Number(speed.value));
  }
  speed.addEventListener('change', () => { if (timer) { stop(); start(); } });
  const points = runs.some((r) => r.data && r.data.channels === 2);
  to.append(make('p', {class: 'hint'}, 'The same latents after every epoch. Epoch 0 is before training.'
    + (points ? ' For points: training points are blue, samples orange, and the ground is D(x), dark for 0 and light for 1.' : '')),
    make('div', {class: 'row'}, play, slider, shownEpoch, speed),
    make('div', {class: 'film'}, ...figures.map((f) => f.root)));
  for (const run of runs) {
    const {total, shown} = run.pictures;
    if (shown.length < total)
      to.append(make('p', {class: 'note'}, 'Of the ' + total + ' pictures of ', make('bdi', {}, run.name), ', '
        + shown.length + (shown.length === 1 ? ' is' : ' are') + ' here, evenly chosen, to keep the page below ' + data.budget / 1e6
        + ' MB. More of them: gan report --budget MB.'));
  }
  go(wanted === null ? epochs.length - 1 : indexAt(epochs, wanted));
  holdBack(() => timer !== null);
}
