/**
 * Keeps the page up to date: what the server has rendered is what is written to, and charts are drawn beside it.
 *
 * What comes from events gets onto the page as text alone. Nothing is kept but the newest snapshot, so that a page can
 * stay open for as long as one likes, and nothing is done while nobody looks.
 */

/**
 * @typedef {{minute: string, events: number, average: ?number, expected: ?number, low: ?number, high: ?number,
 *   score: ?number, alert: boolean}} Minute
 * @typedef {string | number | ((cell: HTMLTableCellElement) => void)} Cell What a cell says, or what fills it.
 */

const $ = (id) => document.getElementById(id);

/* Words */

/** Thousands are set apart by a narrow space. */
const count = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
const rate = (x) => (x < 1000 ? x.toFixed(1) : count(x));
const rounded = (x) => (x === null ? '–' : count(x));
const time = (at, seconds) => at.slice(11, seconds ? 19 : 16);
const side = (score) => (score > 0 ? 'above' : 'below');
const rating = (score, alert) => {
  if (score === null) return '–';
  const shown = (Math.round(10 * score) / 10).toFixed(1);
  return alert ? `${shown} ${side(score)}` : shown;
};

/* Elements: touched only where something has changed, so that what is unchanged costs nothing. */

function say(element, text) {
  text = String(text);
  if (element.textContent !== text) element.textContent = text;
}

function hide(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
  return element;
}

const svg = (name, attributes = {}) => set(document.createElementNS('http://www.w3.org/2000/svg', name), attributes);

/** The part of a cell that is such an element; made where there is none. */
const part = (cell, name, make) => cell.querySelector(`:scope > ${name}`) ?? cell.appendChild(make());

/**
 * Makes the rows of a table be those of a list, and says so where that is empty.
 *
 * @template T
 * @param {string} id
 * @param {T[]} list
 * @param {(item: T) => Cell[]} cells The first one is the row's header.
 * @param {(item: T) => boolean} alert
 */
function fill(id, list, cells, alert = () => false) {
  const table = $(id);
  const [body] = table.tBodies;
  while (body.rows.length > list.length) body.deleteRow(-1);
  list.forEach((item, number) => {
    const row = body.rows[number] ?? body.insertRow();
    row.classList.toggle('alert', alert(item));
    cells(item).forEach((content, column) => {
      let cell = row.cells[column];
      if (!cell) {
        cell = row.appendChild(document.createElement(column ? 'td' : 'th'));
        if (!column) cell.scope = 'row';
      }
      if (typeof content === 'function') content(cell);
      else say(cell, content);
    });
  });
  const none = table.parentElement.querySelector('.none');
  if (none) {
    hide(none, list.length > 0);
    hide(table, list.length === 0);
  }
}

/** A name that somebody has sent: in the direction of its own writing, in full where it is pointed at. */
const name = (text) => (cell) => {
  const bdi = part(cell, 'bdi', () => document.createElement('bdi'));
  say(bdi, text);
  if (bdi.title !== text) bdi.title = text;
};

/** A number above its bar, `share` of 1 long; of nothing there is none. */
const bar = (text, share) => (cell) => {
  say(part(cell, 'span', () => document.createElement('span')), text);
  const picture = part(cell, 'svg', () => {
    const made = svg('svg', { class: 'bar', 'aria-hidden': 'true' });
    made.append(svg('rect', { height: '100%' }));
    return made;
  });
  set(picture.firstChild, { width: `${(100 * Math.max(0, Math.min(share || 0, 1))).toFixed(1)}%` });
};

/** The course of a page: whole minutes as a line, the running one as a bar. */
const course = (minutes) => (cell) => {
  const most = Math.max(1, ...minutes);
  const points = minutes.map((events, i) => [310 - 10 * (minutes.length - i), 96 - Math.trunc((92 * events) / most)]);
  const running = points.pop();
  const d = (points.length ? `M${points.join(' ')} ` : '') + (running ? `M${running[0]},96 V${running[1]}` : '');
  const picture = part(cell, 'svg', () => {
    const made = svg('svg', { class: 'line', viewBox: '0 0 300 100', preserveAspectRatio: 'none', role: 'img' });
    made.append(svg('path'));
    return made;
  });
  set(picture, { 'aria-label': `at most ${most} a minute` });
  set(picture.firstChild, { d });
};

/* Traffic by minute */

const chart = $('chart');
const picture = svg('svg');
const layer = Object.fromEntries(
  ['grid', 'band', 'expected', 'running', 'count', 'pointer', 'mark'].map((kind) => [kind, svg('path', { class: kind })]),
);
const labels = svg('g');
picture.append(...Object.values(layer), labels);
chart.append(picture);

/** Where the pointer is, from the left edge of the chart; null where it is elsewhere. */
let pointer = null;

/** The next larger one of 1, 2, 5, 10, 20, 50, … */
function step(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((digit) => digit * power >= least) ?? 10);
}

/** @param {Minute[]} minutes Oldest first; the last one is still running. */
function draw(minutes) {
  const [left, right, top, bottom] = [50, 12, 14, 24];
  const width = Math.max(chart.clientWidth, 200) - left - right;
  const height = chart.clientHeight - top - bottom;
  const ends = minutes.length - 1;
  const most = Math.max(5, ...minutes.map(({ events, high }) => Math.max(events, high ?? 0)));
  const unit = step(most / 5);
  const highest = Math.ceil(most / unit) * unit;
  const x = (i) => Math.round(left + (width * i) / Math.max(ends, 1));
  const y = (events) => Number((top + height * (1 - events / highest)).toFixed(1));
  // A single point is a dot.
  const line = (points) => (points.length ? `M${points.map(([i, events]) => [x(i), y(events)]).join(' ')} h0` : '');

  // What has a band has it from some minute on, up to the running one.
  const banded = [...minutes.entries()].filter(([, { expected, low, high }]) => ![expected, low, high].includes(null));
  const upper = banded.map(([i, { high }]) => [i, high]);
  const lower = banded.map(([i, { low }]) => [i, low]).reverse();
  set(layer.band, { d: banded.length ? `${line([...upper, ...lower])} Z` : '' });
  set(layer.expected, { d: line(banded.map(([i, { expected }]) => [i, expected])) });
  set(layer.count, { d: line(minutes.slice(0, -1).map(({ events }, i) => [i, events])) });
  set(layer.running, { d: ends < 0 ? '' : `M${x(ends)},${y(0)} V${y(minutes[ends].events)}` });
  const marks = [...minutes.entries()].filter(([, { alert }]) => alert);
  const triangle = ([i, { events, score }]) => {
    const away = score > 0 ? -1 : 1;
    return `M${x(i) - 6},${y(events) + 6 * away} h12 l-6,${10 * away} Z`;
  };
  set(layer.mark, { d: marks.map(triangle).join(' ') });

  const every = [1, 2, 5, 10, 15, 30].find((every) => (every * width) / Math.max(ends, 1) >= 60) ?? 60;
  const times = [...minutes.entries()].filter(([, { minute }]) => Number(minute.slice(14, 16)) % every === 0);
  const levels = Array.from({ length: Math.round(highest / unit) + 1 }, (_, i) => i * unit);
  set(layer.grid, { d: levels.map((level) => `M${left},${y(level)} h${width}`).join(' ') });
  write([
    ...levels.map((level) => [left - 8, y(level) + 4, 'end', count(level)]),
    ...times.map(([i, { minute }]) => [x(i), top + height + 18, 'middle', time(minute)]),
  ]);

  const near = Math.round(((pointer - left) / width) * ends);
  const shown = pointer === null ? ends - 1 : Math.min(Math.max(near, 0), ends);
  set(layer.pointer, { d: pointer === null || ends < 0 ? '' : `M${x(shown)},${top} v${height}` });
  say($('readout'), shown < 0 ? '' : sentence(minutes[shown], shown === ends));
  const whole = minutes.slice(0, -1);
  const outside = marks.map(([, { minute, score }]) => `${time(minute)} ${side(score)}`).join(', ');
  const summary = whole.length
    ? `Line chart of events a minute from ${time(whole[0].minute)} to ${time(whole.at(-1).minute)} UTC, ` +
      `last ${count(whole.at(-1).events)}. Outside of their band: ${outside || 'none'}.`
    : 'Line chart of events a minute: none is over yet.';
  set(chart, { 'aria-label': summary });
}

/** @param {[number, number, string, string][]} texts Where each is, its anchor and what it says. */
function write(texts) {
  while (labels.childElementCount > texts.length) labels.lastChild.remove();
  texts.forEach(([x, y, anchor, text], i) => {
    const label = labels.children[i] ?? labels.appendChild(svg('text'));
    set(label, { x, y, 'text-anchor': anchor });
    say(label, text);
  });
}

function sentence({ minute, events, expected, low, high, score, alert }, isRunning) {
  const start = `${time(minute)} UTC: ${count(events)} events${isRunning ? ' so far' : ''}`;
  if (expected === null) return start;
  const band = `expected ${count(expected)}, from ${count(low)} to ${count(high)}`;
  return `${start}, ${band}${alert ? ` – ${side(score)} its band` : ''}`;
}

/* The whole page */

function show(snapshot) {
  const { minutes, pages, segments, alerts, latency, lag, cluster } = snapshot;
  say($('at'), time(snapshot.at, true));
  set($('at'), { datetime: snapshot.at });
  const numbers = $('events').tBodies[0].rows;
  [
    count(snapshot.events),
    rate(snapshot.per_second),
    count(snapshot.duplicates),
    count(snapshot.late),
    count(snapshot.unreadable),
  ].forEach((number, i) => say(numbers[i].cells[1], number));
  draw(minutes);
  if ($('minutes-details').open) {
    const cells = ({ minute, events, average, expected, low, high, score, alert }) => [
      time(minute),
      count(events),
      ...[average, expected, low, high].map(rounded),
      minute === minutes.at(-1).minute ? 'running' : rating(score, alert),
    ];
    fill('minutes', minutes.toReversed(), cells, ({ alert }) => alert);
  }
  fill(
    'pages',
    pages,
    ({ page, events, minutes, score, alert }) => [name(page), count(events), course(minutes), rating(score, alert)],
    ({ alert }) => alert,
  );
  fill(
    'alerts',
    alerts,
    ({ minute, page, events, low, high, score }) => [
      time(minute),
      name(page ?? 'all pages'),
      count(events),
      `${count(low)}–${count(high)}`,
      rating(score, true),
    ],
    () => true,
  );
  const total = Math.max(1, segments.reduce((sum, { events }) => sum + events, 0));
  fill('segments', segments, ({ segment, events }) => [
    segment,
    count(events),
    bar(`${Math.round((100 * events) / total)}\u202f%`, events / total),
  ]);
  fill('latency', Object.entries(latency ?? {}), ([percentile, millis]) => [
    percentile,
    bar(count(millis), millis / latency.p99),
  ]);
  const behind = Math.max(100, ...lag.map(({ lag }) => lag));
  fill('lag', lag, ({ partition, lag }) => [partition, bar(count(lag), lag / behind)]);
  fill('cluster', cluster.brokers, (broker) => [broker, broker === cluster.controller ? 'controller' : 'broker']);
  say($('zookeeper'), cluster.zookeeper ?? 'none');
  say($('note'), cluster.note ?? '');
  hide($('note'), cluster.note === null);
}

/** The newest snapshot, as it came. */
let newest = null;
let isDue = false;
let shownAt = 0;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Shows the newest snapshot with the next frame; once a second where less motion is asked for. */
function soon() {
  if (isDue || newest === null) return;
  isDue = true;
  const frame = () =>
    requestAnimationFrame(() => {
      isDue = false;
      shownAt = performance.now();
      show(JSON.parse(newest));
    });
  const wait = calm.matches ? shownAt + 1000 - performance.now() : 0;
  if (wait > 0) setTimeout(frame, wait);
  else frame();
}

/* The connection */

/** The server has something to say each second. After so many milliseconds without, the connection is taken for lost. */
const SILENCE = 10_000;
const AGAIN = 2_000;
const STATES = { connecting: 'Connecting', live: 'Live', lost: 'Connection lost, trying again' };
let source = null;
let timer;

function become(state) {
  set($('state'), { 'data-state': state });
  say($('state'), STATES[state]);
}

function connect() {
  rest();
  source = new EventSource('/live');
  source.addEventListener('snapshot', ({ data }) => {
    newest = data;
    become('live');
    expectWithin(SILENCE);
    soon();
  });
  source.addEventListener('error', () => {
    become('lost');
    // A browser tries again by itself, but not after each kind of error.
    expectWithin(source.readyState === EventSource.CLOSED ? AGAIN : SILENCE);
  });
  expectWithin(SILENCE);
}

function expectWithin(millis) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    become('lost');
    connect();
  }, millis);
}

function rest() {
  clearTimeout(timer);
  source?.close();
}

chart.addEventListener('pointermove', ({ clientX }) => {
  pointer = clientX - chart.getBoundingClientRect().left;
  soon();
});
chart.addEventListener('pointerleave', () => {
  pointer = null;
  soon();
});
$('minutes-details').open = false;
$('minutes-details').addEventListener('toggle', soon);
document.documentElement.classList.add('ready');
new ResizeObserver(soon).observe(chart);
document.addEventListener('visibilitychange', () => (document.hidden ? rest() : connect()));
become('connecting');
if (!document.hidden) connect();
