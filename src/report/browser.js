// Adds to a report that is complete without it: one crosshair over all charts, and a copy button.
// What the crosshair reads out comes from the charts' own tables, so the two cannot disagree.

const charts = [...document.querySelectorAll('.chart')].map((figure) => ({
  frame: figure.querySelector('.frame'),
  plot: figure.querySelector('.plot'),
  readout: figure.querySelector('.readout'),
  read: reader(figure.querySelector('table')),
  line: crosshair(figure.querySelector('.frame')),
}));
const announced = document.querySelector('#moment');
let shownMs = null;

for (const { frame, plot } of charts) {
  frame.tabIndex = 0;
  frame.setAttribute('role', 'group');
  frame.setAttribute('aria-label', `${frame.dataset.title}: arrow keys read it at one moment`);
  frame.addEventListener('pointermove', (event) => {
    const { left, width } = plot.getBoundingClientRect();
    show(((event.clientX - left) / width) * durationOf(frame));
  });
  frame.addEventListener('pointerleave', hide);
  frame.addEventListener('blur', hide);
  frame.addEventListener('keydown', (event) => onKey(event, frame));
}
document.querySelector('.hint span')?.removeAttribute('hidden');

for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', () => copy(button));
}

function onKey(event, frame) {
  const durationMs = durationOf(frame);
  const stepMs = durationMs / (event.shiftKey ? 20 : 100);
  const from = shownMs ?? 0;
  const target = {
    ArrowLeft: from - stepMs,
    ArrowRight: shownMs === null ? 0 : from + stepMs,
    Home: 0,
    End: durationMs,
  }[event.key];
  if (event.key === 'Escape') hide();
  if (target === undefined) return;
  event.preventDefault();
  show(target);
  announced.textContent = charts.find((chart) => chart.frame === frame).readout.textContent;
}

function show(t) {
  const durationMs = durationOf(charts[0].frame);
  shownMs = Math.min(Math.max(t, 0), durationMs);
  for (const { frame, plot, readout, read, line } of charts) {
    const left = plot.getBoundingClientRect().left - frame.getBoundingClientRect().left;
    line.style.left = `${left + (shownMs / durationMs) * plot.getBoundingClientRect().width}px`;
    line.hidden = false;
    readout.textContent = [secondsOf(shownMs), read(shownMs)].filter(Boolean).join(' · ');
  }
}

function hide() {
  shownMs = null;
  for (const { readout, line } of charts) {
    line.hidden = true;
    readout.textContent = '';
  }
}

/** Gives the text of a table at a moment: the bucket's cells, or the stretches that cover it. */
function reader(table) {
  const rows = [...table.querySelectorAll('tr[data-t]')];
  const bucketMs = Number(table.dataset.bucket);
  const spans = rows.map((row) => ({
    row,
    startMs: Number(row.dataset.t),
    endMs: bucketMs ? Number(row.dataset.t) + bucketMs : Number(row.dataset.end),
  }));
  const headings = [...table.querySelectorAll('thead th')].map((cell) => cell.textContent);
  return (t) =>
    spans
      .filter(({ startMs, endMs }) => t >= startMs && t < endMs)
      .map(({ row }) => (bucketMs ? bucketText(row, headings) : spanText(row)))
      .join(' · ');
}

function bucketText(row, headings) {
  return [...row.cells]
    .slice(1)
    .map((cell, index) => `${headings[index + 1]} ${cell.textContent}`)
    .join(' · ');
}

function spanText(row) {
  return [...row.cells]
    .slice(0, 3)
    .map((cell) => cell.textContent)
    .join(' ');
}

function crosshair(frame) {
  const line = document.createElement('div');
  line.className = 'crosshair';
  line.hidden = true;
  frame.append(line);
  return line;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(source);
    button.textContent = 'Selected';
  }
}

function durationOf(frame) {
  return Number(frame.dataset.duration);
}

function secondsOf(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
