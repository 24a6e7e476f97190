// told.js - what the explorer's samples show: a class from a list, or a text in a field. For explorer.js.
// `features` is what the net is told: [index, weight] each; `value` is the class or the text as a link has it.
'use strict';

// In quotes for a POSIX shell.
const quoted = (text) => '\'' + text.replace(/'/g, '\'\\\'\'') + '\'';

class ToldClass {
  // told: {"names"}; changed() is called when the visitor has chosen.
  constructor(told, changed) {
    this.names = told.names;
    this.select = make('select', {change: () => { this.set(this.select.value); changed(); }},
      ...told.names.map((name, i) => make('option', {value: i}, name)));
    this.root = make('p', {class: 'told'}, make('label', {}, 'Class ', this.select));
    this.key = 'label';
    this.set('0');
  }

  // False, and nothing changes, if there is no such class.
  set(value) {
    if (!/^\d+$/.test(value) || Number(value) >= this.names.length) return false;
    this.value = String(Number(value));
    this.select.value = this.value;
    this.features = [[Number(value), 1]];
    return true;
  }

  // A name that gan sample would take for a list, or for another class, is given as its number.
  get option() {
    const name = this.names[this.value];
    const isPlain = !name.includes(',') && this.names.indexOf(name) === Number(this.value);
    return '--label ' + quoted(isPlain ? name : this.value);
  }
}

class ToldText {
  // told: {"size", "words", "examples"}
  constructor(told, changed) {
    this.size = told.size;
    this.known = new Set(told.words.split(' ').filter((w) => w));
    this.examples = told.examples;
    const list = make('datalist', {id: 'examples-' + ToldText.count++}, ...told.examples.map((value) => make('option', {value})));
    this.field = make('input', {type: 'text', list: list.id, autocomplete: 'off', spellcheck: 'false',
      input: () => { if (this.set(this.field.value)) changed(); }});
    this.hint = make('p', {class: 'hint', 'aria-live': 'polite'});
    const any = make('button', {type: 'button', click: () => {
      this.set(this.examples[Math.floor(Math.random() * this.examples.length)]);
      changed();
    }}, 'A caption of the training');
    this.root = make('div', {class: 'told'}, make('label', {}, 'Text ', this.field), any, list, this.hint);
    this.key = 'text';
    [this.value, this.features] = ['', []];
    this.set(told.examples[0]);
    holdBack(() => this.field.isConnected && this.field.value !== this.value); // somebody is typing
  }

  // False if the text has no words; the samples stay then.
  set(value) {
    const encoded = encodeText(value, this.known, this.size);
    if (this.field.value !== value) this.field.value = value;
    if (!encoded) {
      this.hint.textContent = 'Type a text with words, such as \u201c' + this.examples[0] + '\u201d.';
      return false;
    }
    this.value = value;
    this.features = encoded.features;
    this.hint.textContent = this.tellStrange([...encoded.strange]);
    return true;
  }

  tellStrange(words) {
    const most = 12;
    if (words.length === 0) return 'The generator knows all of these words.';
    return 'Not among the words of the training, so only their letters count: ' + words.slice(0, most).map((word) => {
      const nearest = nearestWord(word, this.known);
      return '\u201c' + word + '\u201d' + (nearest ? ' (did you mean ' + nearest + '?)' : '');
    }).join(', ') + (words.length > most ? ', and others.' : '.');
  }

  get option() { return '--text ' + quoted(this.value); }
}
ToldText.count = 0;

// For a generator that is told nothing: null.
const openTold = (told, changed) => (told ? new (told.names ? ToldClass : ToldText)(told, changed) : null);
