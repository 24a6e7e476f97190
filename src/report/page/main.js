// main.js - puts the parts together; a part that fails leaves a note and not an empty page.
'use strict';

function attempt(id, part) {
  try {
    part();
  } catch (e) {
    byId(id).append(make('p', {class: 'note'}, 'This part of the page failed: ' + e.message));
    console.error(e);
  }
}

const names = data.runs.map((r) => r.name).join(', ');
document.title = names + ' - gan report';
byId('title').textContent = names;
byId('subtitle').textContent = data.runs.length === 1 ? data.runs[0].path : data.runs.length + ' runs';
byId('made').textContent = 'Made by gan ' + data.version + ', gan report. This file is complete: it loads nothing.';
attempt('runs', showSummary);
attempt('charts', showCurves);
attempt('player', showGrids);
attempt('training-body', showTraining);
attempt('options-body', showOptions);
attempt('explorer-body', showExplorer);
attempt('live', showLive);
