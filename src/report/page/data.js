// data.js - the data of the page, and what all other scripts use.
// Every text of a run reaches the document by textContent, never as markup.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);

// Colours with enough contrast on both grounds; the first ones differ in lightness too (Okabe and Ito, 2008).
const colours = ['#2f81d6', '#e0761b', '#1f9d6b', '#c95aa6', '#8d6fe0', '#b08a00', '#28a3b8', '#d2504a', '#7d8790',
  '#6aa61d', '#a0522d', '#4b5fd0'];

const dark = matchMedia('(prefers-color-scheme: dark)');

// Makes an element: make('p', {class: 'note'}, 'text', child, ...). A property that is a function listens.
function make(name, properties, ...children) {
  const e = document.createElement(name);
  fill(e, properties || {});
  for (const c of children)
    if (c !== null && c !== undefined) e.append(c);
  return e;
}

function fill(e, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') e.addEventListener(key, value);
    else if (value === true) e.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) e.setAttribute(key, String(value));
  }
}

function svg(name, properties, text) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', name);
  fill(e, properties);
  if (text !== undefined) e.textContent = text;
  return e;
}

const byId = (id) => document.getElementById(id);

// The bytes of a text in base 64.
function bytesOf(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function base64Of(bytes) {
  let text = '';
  for (const b of bytes) text += String.fromCharCode(b);
  return btoa(text);
}

// A number as people read it: four digits that mean something.
function show(x) {
  if (x === null || x === undefined || !Number.isFinite(x)) return 'none';
  const size = Math.abs(x);
  if (x === 0 || (size >= 0.001 && size < 100000)) return String(Number(x.toPrecision(4)));
  return x.toExponential(2);
}

function save(name, blob) {
  const link = make('a', {href: URL.createObjectURL(blob), download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function copy(text, button) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make('textarea', {}, text);
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
  }
  const before = button.textContent;
  button.textContent = done ? 'Copied' : 'Not copied: select the text';
  setTimeout(() => { button.textContent = before; }, 1500);
}

// The name of a run: the last part of its path, unless two runs share that.
function nameOf(run) {
  const last = (path) => path.replace(/\/+$/, '').split('/').pop() || path;
  const shared = data.runs.filter((r) => last(r.path) === last(run.path)).length > 1;
  return shared || ['.', '..'].includes(last(run.path)) ? run.path : last(run.path);
}

for (const [i, run] of data.runs.entries()) {
  run.index = i;
  run.name = nameOf(run);
  run.colour = colours[i % colours.length];
  run.hidden = false;
}
