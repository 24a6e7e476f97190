// live.js - the page of a run in training reloads itself and keeps the visitor's place.
//
// A page that is opened from disk cannot ask whether its file has changed, so it reloads at the pace of the epochs;
// gan replaces the file as a whole. The page that gan writes at the end of the run no longer does.
// A part with a place of its own keeps it: keep('grids', () => place, (place) => ...).
'use strict';

const live = {
  parts: [], busy: [], acted: 0, down: false, paused: false, wait: 0,
  key: 'gan ' + location.pathname,
  kept: null, // what the page had before it reloaded itself
};

try {
  live.kept = JSON.parse(sessionStorage.getItem(live.key));
  sessionStorage.removeItem(live.key);
} catch { /* some browsers have no storage for files: the place is then lost */ }

// Restores that part of the place, now, and notes how it is to be kept.
function keep(name, get, set) {
  live.parts.push({name, get});
  const value = ((live.kept || {}).parts || {})[name];
  if (value === undefined || value === null) return;
  try {
    set(value);
  } catch (e) {
    console.warn(name, e);
  }
}

// While that is true, the page does not reload.
const holdBack = (isBusy) => live.busy.push(isBusy);

// An element as the numbers of the children that lead to it from the body.
function wayTo(e) {
  const way = [];
  for (; e && e !== document.body; e = e.parentElement) way.unshift([...e.parentElement.children].indexOf(e));
  return e ? way : null;
}

const atEnd = (way) => way.reduce((e, i) => e && e.children[i], document.body);

// Switches and lists by section and name, so that they are found again where the page has grown.
function controls() {
  const all = new Map();
  for (const e of document.querySelectorAll('main select, main input[type=checkbox], main details')) {
    const title = e.closest('.chart')?.querySelector('h3')?.textContent;
    const name = [e.closest('section').id, title || '', e.getAttribute('aria-label') || e.closest('label')?.textContent || e.id]
      .join('|');
    if (!all.has(name)) all.set(name, e);
  }
  return all;
}

function controlValues() {
  const values = {};
  for (const [name, e] of controls()) values[name] = e.tagName === 'DETAILS' ? e.open : e.type === 'checkbox' ? e.checked : e.value;
  return values;
}

function setControls(values) {
  for (const [name, e] of controls()) {
    const value = values[name];
    if (value === undefined) continue;
    if (e.tagName === 'DETAILS') e.open = value;
    else if (e.type === 'checkbox' && e.checked !== value) e.click();
    else if (e.tagName === 'SELECT' && e.value !== value && [...e.options].some((o) => o.value === value)) {
      e.value = value;
      e.dispatchEvent(new Event('change'));
    }
  }
}

const stateOfFile = () => [document.lastModified, data.runs[0].rows];

function reload() {
  const parts = {};
  for (const p of live.parts) parts[p.name] = p.get();
  try {
    sessionStorage.setItem(live.key, JSON.stringify({parts, controls: controlValues(), x: scrollX, y: scrollY,
      focus: document.activeElement === document.body ? null : wayTo(document.activeElement), wait: live.wait,
      paused: live.paused, file: stateOfFile()}));
  } catch { /* as above */ }
  location.reload();
}

function restorePlace(kept) {
  setControls(kept.controls);
  history.scrollRestoration = 'manual';
  // Once more for what opens late (the table of values).
  for (const delay of [0, 60])
    setTimeout(() => {
      const e = kept.focus && atEnd(kept.focus);
      if (e) e.focus({preventScroll: true});
      scrollTo(kept.x, kept.y);
      history.scrollRestoration = 'auto';
    }, delay);
}

// Once an epoch, in seconds; less and less often where nothing changes, as after a crash of the run.
function pace(kept) {
  const seconds = (data.runs[0].columns || {}).seconds || [], least = 2, most = 60;
  const own = Math.min(Math.max(seconds[seconds.length - 1] || least, least), most);
  const same = kept && kept.file && String(kept.file) === String(stateOfFile());
  return same ? Math.min(Math.max(kept.wait, own) * 1.5, most) : own;
}

function isBusy() {
  return live.paused || live.down || document.hidden || performance.now() - live.acted < 1500
    || !document.getSelection().isCollapsed || live.busy.some((f) => f());
}

function showLive() {
  const kept = live.kept;
  if (kept) restorePlace(kept);
  if (!data.live) return;
  const run = data.runs[0], button = make('button', {type: 'button', 'aria-pressed': 'false', click: () => {
    live.paused = !live.paused;
    button.setAttribute('aria-pressed', String(live.paused));
  }}, 'Pause');
  byId('live').append(make('p', {class: 'row'}, make('span', {}, 'In training, epoch ' + (run.rows || 0)
    + (run.options && run.options.epochs ? ' of ' + run.options.epochs : '')
    + '. This page renews itself after each epoch.'), button));
  if (kept && kept.paused) button.click();
  live.wait = pace(kept);
  for (const name of ['keydown', 'wheel', 'pointermove', 'touchmove'])
    addEventListener(name, () => { live.acted = performance.now(); }, {passive: true});
  addEventListener('pointerdown', () => { live.down = true; });
  for (const name of ['pointerup', 'pointercancel']) addEventListener(name, () => { live.down = false; });
  // Where loading takes long, most of the time is still the visitor's.
  const due = performance.now() + Math.max(1000 * live.wait, 4 * performance.now());
  setInterval(() => { if (performance.now() >= due && !isBusy()) reload(); }, 250);
}
