// words.js - texts as conditions: base/caption.h and nn/encode.h in JavaScript.
// It knows nothing of the document: tests run it without one.
'use strict';

// Full case folding, then Normalization Form C. JavaScript cannot fold; three changes of case do the same, character by
// character, but for the dotless i, and for Cherokee, whose small letters fold to capitals.
function normalText(text) {
  const fold = (c) => {
    if (c === '\u0131') return c;
    if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(c)) return c.toUpperCase();
    return c.toLowerCase().toUpperCase().toLowerCase();
  };
  return Array.from(text, fold).join('').normalize('NFC');
}

// A word is letters, marks after them, and links between them; or a symbol or a letter of a script without spaces, and
// marks after that.
const wordPattern = (() => {
  const unspaced = '[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u2e80-\\u2fdf\\u3005-\\u3007\\u3041-\\u30ff'
    + '\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}]';
  const letter = '(?:(?!' + unspaced + ')[\\p{L}\\p{N}])', whole = '(?:\\p{S}|(?=' + unspaced + ')[\\p{L}\\p{N}])';
  const mark = '[\\p{M}\\p{Cf}]', link = '[\'\\-_\\u2019\\u2010\\u2011\\u00b7]';
  return new RegExp(letter + '(?:' + letter + '|' + mark + '|' + link + '(?=' + letter + '))*|' + whole + mark + '*', 'gu');
})();

const wordsOf = (text) => normalText(text).match(wordPattern) || [];

// The features of a text, [index, weight] each, and its words that are not known, a Set; null if it has no word.
function encodeText(text, known, size) {
  const features = [], strange = new Set(), utf8 = new TextEncoder();
  let before = '', square = 0;
  const take = (name, weight) => {
    let hash = 2166136261;
    for (const byte of utf8.encode(name)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
    features.push([(hash ^ hash >>> 16) & (size - 1), weight]);
    square += weight * weight;
  };
  for (const word of wordsOf(text)) {
    const letters = ['<', ...word, '>'], n = letters.length - 2;
    for (let i = 0; i < n; i++) take('l:' + letters.slice(i, i + 3).join(''), 1 / Math.sqrt(n));
    if (!known.has(word)) {
      strange.add(word);
      continue;
    }
    take('w:' + word, 1);
    take('p:' + before + ' ' + word, 0.5);
    before = word;
  }
  if (before) take('p:' + before + ' ', 0.5);
  for (const f of features) f[1] /= Math.sqrt(square);
  return features.length > 0 ? {features, strange} : null;
}

// Levenshtein's distance, computed one row of the table at a time.
function editDistance(a, b) {
  const row = Array.from({length: b.length + 1}, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    let diagonal = row[0];
    row[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const replaced = diagonal + (a[i] !== b[j]);
      diagonal = row[j + 1];
      row[j + 1] = Math.min(replaced, row[j] + 1, row[j + 1] + 1);
    }
  }
  return row[b.length];
}

// The known word that a strange one may be meant to be, as gan finds it (text_nearest in base/text.h); or null.
function nearestWord(word, known) {
  const longest = 32;
  let least = Math.floor(word.length / 3) + 1, nearest = null;
  if (word.length > longest) return null;
  for (const candidate of known) {
    if (candidate.length > longest) continue;
    const n = Math.min(word.length, candidate.length);
    const distance = n >= 2 && word.slice(0, n) === candidate.slice(0, n) ? 1 : editDistance(word, candidate);
    if (distance < least || (distance === least && nearest === null)) [least, nearest] = [distance, candidate];
  }
  return nearest;
}
