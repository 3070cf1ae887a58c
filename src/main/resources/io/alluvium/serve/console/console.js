// The console: the tables, the details of one of them, and SQL. All that comes from the service is put on
// the page as text, never as markup.

const SHOWN_ROWS = 1000;
const PAGE_ROWS = 50;
const $ = id => document.getElementById(id);

function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter(child => child != null));
  return node;
}

const setText = (node, text) => node.textContent === text || node.replaceChildren(text);

// JSON whose numbers keep all their digits

const NUMBER = '\u0000';
/** A number as the service wrote it; counts as a number where it is compared. */
class Digits {
  constructor(text) { this.text = text; }
  toString() { return this.text; }
  valueOf() { return Number(this.text); }
}

/** Every number is wrapped before it is parsed, so that no browser rounds it to a double. */
function parse(json) {
  const wrapped = json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g,
    token => token[0] === '"' ? token : `{"\\u0000":"${token}"}`);
  return JSON.parse(wrapped, (key, value) =>
    value !== null && typeof value === 'object' && Object.hasOwn(value, NUMBER) ? new Digits(value[NUMBER]) : value);
}

/** A value of a JSON column as JSON. */
function json(value) {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${json(part)}`).join(', ')}}`;
}

// asking the service

/** What the service answered instead of what it was asked for. */
class Refusal extends Error {}

function parseAnswer(text, response) {
  let body;
  try { body = parse(text); } catch {
    throw new Error(`the answer (HTTP ${response.status}) is not whole JSON: ${text.slice(0, 200)}`);
  }
  if (body.error) throw Object.assign(new Refusal(), body.error);
  return body;
}

async function ask(path, options = {}) {
  const response = await fetch(path, { signal: AbortSignal.timeout(15_000), ...options });
  return parseAnswer(await response.text(), response);
}

const post = body => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const tablePath = name => `api/tables/${encodeURIComponent(name)}`;

/** Reads the answer of a statement, but no more than its first rows: the rest is not even sent. */
async function readAnswer(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let [text, at, depth, inText, rows, end] = ['', 0, 0, false, 0, 0];
  for (;;) {
    const chunk = await reader.read().catch(e => {
      if (e.name === 'AbortError') throw e;
      return { done: true }; // the connection was cut: the error, if one came, is the last part of the text
    });
    if (chunk.done) return { ...parseAnswer(text, response), hasMore: false };
    text += chunk.value;
    for (; at < text.length; at++) {
      const c = text[at];
      if (c === '"') inText = !inText;
      else if (inText) at += c === '\\' ? 1 : 0;
      else if (c === '[' || c === '{') {
        depth++;
        if (c === '[' && depth === 3 && rows === SHOWN_ROWS) {
          reader.cancel().catch(() => {});
          return { ...parseAnswer(text.slice(0, end) + ']}', response), hasMore: true };
        }
      } else if (c === ']' || c === '}') {
        depth--;
        if (c === ']' && depth === 2) [rows, end] = [rows + 1, at + 1];
      }
    }
  }
}

// how things are written

const count = digits => BigInt(digits.text).toLocaleString('en');
const isNumeric = type => /^(SMALLINT|INTEGER|BIGINT|REAL|DOUBLE|DECIMAL|NUMERIC)/.test(type);
const clock = iso => new Date(iso).toLocaleTimeString();
const tableLink = name => el('a', { href: `#${new URLSearchParams({ table: name })}` }, name);
const label = state => el('span', { className: `state ${state}` }, state);

function bytes(size) {
  const unit = Math.min(4, Math.max(0, Math.floor(Math.log10(size) / 3)));
  const value = Number(size) / 1000 ** unit;
  return `${unit > 0 && value < 100 ? value.toFixed(1) : Math.round(value)} ${['B', 'kB', 'MB', 'GB', 'TB'][unit]}`;
}

function seconds(value) {
  if (value < 60) return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
  return `${Math.floor(value / 3600)} h ${Math.round(value % 3600 / 60)} min`;
}

const lagText = ({ records, millis }) => records > 0 ? `${count(records)} · ${seconds(millis / 1000)}` : '0';

function progressText({ loaded, total, percent, rowsPerSecond, secondsLeft }) {
  const parts = [percent ? `${percent} %` : `${count(loaded)} loaded`];
  if (rowsPerSecond > 0) parts.push(`${count(rowsPerSecond)}/s`);
  if (secondsLeft > 0 && total) parts.push(`${seconds(secondsLeft)} left`);
  return parts.join(' · ');
}

const reason = ({ category, message }) => (category === 'UNKNOWN' ? '' : `${category}: `) + (message ?? '');

function nextAttempt({ attempts, nextAttemptAt, deadline }) {
  if (!nextAttemptAt) return `no further attempt after ${attempts}`;
  const wait = Math.max(0, Math.ceil((new Date(nextAttemptAt) - Date.now()) / 1000));
  return `attempt ${attempts}, next ${wait > 0 ? `in ${seconds(wait)}` : 'now'}`
    + (deadline ? `, gives up at ${clock(deadline)}` : '');
}

const sourceText = ({ kind, topic, path, table }) => kind === 'kafka' ? `Kafka topic ${topic}` : `${kind} ${path ?? table}`;

function shown(value, type) {
  if (value === null || value === undefined) return el('span', { className: 'null' }, 'NULL');
  return /^JSON/.test(type) || typeof value === 'object' && !(value instanceof Digits) ? json(value) : String(value);
}

/** Rows as a table; the columns say how values are aligned. */
function grid(columns, rows) {
  const side = type => isNumeric(type) ? 'number' : '';
  const head = columns.map(({ name, type }) =>
    el('th', { className: side(type), scope: 'col' }, name, type ? el('small', {}, type) : null));
  const body = rows.map(row => el('tr', {}, ...columns.map(({ type }, i) => {
    const text = shown(row[i], type);
    return el('td', { className: side(type), title: text.length > 50 ? text : '' }, text);
  })));
  return el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...body));
}

const facts = entries => entries.filter(([, value]) => value !== null)
  .flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]);

/** An error with what can be done about it, and the place in the statement where it has one. */
function problem(error, sql) {
  const head = el('strong', {}, error.code ? `${error.code} ${error.category}: ` : '');
  const box = el('div', { className: 'problem', role: 'alert' }, el('p', {}, head, error.message));
  if (sql !== undefined && error.position > 0) {
    const before = sql.slice(0, error.position - 1).split('\n');
    const line = sql.split('\n')[before.length - 1];
    box.append(el('pre', { className: 'place' }, `${line}\n${before.at(-1).replace(/[^\t]/g, ' ')}^`));
  }
  if (error.hint) box.append(el('pre', {}, error.hint));
  return box;
}

// the list of tables

const listed = new Map();
let [names, example, silentSince] = [[], undefined, null];

function listEntry(name) {
  const entry = { link: tableLink(name), state: label(''), text: el('span'), reason: el('td', { colSpan: 7 }) };
  entry.bar = el('progress', { max: 100, ariaLabel: `${name} loaded` });
  entry.progress = el('td', { className: 'progress' }, entry.bar, entry.text);
  for (const title of ['rows', 'memory', 'lag', 'bad']) {
    entry[title] = el('td', { className: 'number' });
    entry[title].dataset.label = title;
  }
  entry.reasonRow = el('tr', { className: 'reason', hidden: true }, entry.reason);
  const open = event => event.target !== entry.link && getSelection().isCollapsed && entry.link.click();
  entry.body = el('tbody', { onclick: open }, el('tr', {}, el('td', { className: 'name' }, entry.link),
    el('td', {}, entry.state), entry.rows, entry.memory, entry.progress, entry.lag, entry.bad), entry.reasonRow);
  return entry;
}

function showTable(entry, table) {
  setText(entry.state, table.state);
  entry.state.className = `state ${table.state}`;
  setText(entry.rows, count(table.rows));
  setText(entry.memory, bytes(table.bytes));
  setText(entry.lag, table.lag ? lagText(table.lag) : '');
  setText(entry.bad, count(table.badRecords));
  entry.bad.classList.toggle('some', table.badRecords > 0);
  const isLoading = table.state === 'LOADING' && table.progress !== undefined;
  entry.bar.hidden = !isLoading;
  entry.progress.classList.toggle('none', !isLoading);
  setText(entry.text, isLoading ? progressText(table.progress) : '');
  if (isLoading && table.progress.percent) entry.bar.value = Number(table.progress.percent);
  else entry.bar.removeAttribute('value');
  entry.reasonRow.hidden = !table.retry;
  if (table.retry) setText(entry.reason, `${reason(table.retry)} · ${nextAttempt(table.retry)}`);
}

function showTables(tables) {
  const list = $('table-list');
  names = tables.map(table => table.name);
  example = (tables.find(table => table.state === 'LIVE') ?? tables[0])?.name;
  for (const name of [...listed.keys()].filter(name => !names.includes(name))) {
    listed.get(name).body.remove();
    listed.delete(name);
  }
  tables.forEach((table, i) => {
    if (!listed.has(table.name)) listed.set(table.name, listEntry(table.name));
    const entry = listed.get(table.name);
    showTable(entry, table);
    const place = list.tBodies[i] ?? null;
    if (place !== entry.body) list.insertBefore(entry.body, place);
  });
  $('no-tables').hidden = tables.length > 0;
  const live = tables.filter(table => table.state === 'LIVE').length;
  const memory = tables.reduce((sum, table) => sum + Number(table.bytes), 0);
  setText($('summary'), tables.length === 0 ? '' : `${live} of ${tables.length} tables live · ${bytes(memory)}`);
  markSelected();
  showExamples();
}

function showLink(error) {
  silentSince = error ? silentSince ?? clock(Date.now()) : null;
  $('link').className = error ? 'down' : 'up';
  setText($('link'), error ? `the service has not answered since ${silentSince}; asking again every second` : 'connected');
}

async function poll() {
  if (!document.hidden) {
    try {
      showTables((await ask('api/tables')).tables);
      showLink(null);
      await refreshDetail();
    } catch (e) {
      showLink(e);
    }
  }
  setTimeout(poll, 1000);
}

// one table

let [selected, detail, paging] = [null, null, { from: 1, next: null }];
const panes = new Map();

/** Rebuilds a part of the page when what it shows has changed, so that selections and focus survive. */
function pane(id, data, build) {
  const print = JSON.stringify(data);
  if (panes.get(id) === print) return;
  panes.set(id, print);
  $(id).replaceChildren(...build());
}

function markSelected() {
  for (const [name, { body, link }] of listed) {
    body.classList.toggle('selected', name === selected);
    link.ariaCurrent = name === selected ? 'true' : null;
  }
}

function select() {
  const left = selected;
  selected = new URLSearchParams(location.hash.slice(1)).get('table') || null;
  detail = null;
  $('detail').hidden = selected === null;
  $('main').classList.toggle('split', selected !== null);
  markSelected();
  showExamples();
  listed.get(left)?.link.focus();
  if (selected === null) return;
  setText($('detail-name'), selected);
  for (const id of ['found', 'rows', 'page']) $(id).replaceChildren();
  for (const id of [...panes.keys()].filter(id => id.startsWith('detail-'))) pane(id, null, () => []);
  refreshDetail().catch(showLink);
}

async function refreshDetail() {
  const name = selected;
  if (name === null) return;
  let table;
  try {
    table = await ask(tablePath(name));
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    if (name === selected) pane('detail-trouble', [e.message], () => [problem(e)]);
    return;
  }
  if (name !== selected) return;
  const isSame = detail?.state === table.state && json(detail.columns) === json(table.columns);
  detail = table;
  showDetail(table);
  if (isSame) return;
  showExamples();
  loadRows(null, 1);
}

function showDetail(table) {
  const errors = names.includes(`${table.name}__errors`) ? `${table.name}__errors` : null;
  const live = [table.rows, table.bytes, table.lag, table.badRecords, table.progress, errors];
  const links = tables => el('span', {}, ...tables.flatMap(name => [tableLink(name), ' ']));
  const list = (id, rows, ...columns) => pane(id, rows, () =>
    rows.length > 0 ? [grid(columns.map(name => ({ name })), rows)] : ['none known']);
  pane('detail-state', table.state, () => [label(table.state)]);
  pane('detail-trouble', [table.state, table.retry], () => table.retry ? [trouble(table)] : []);
  pane('detail-facts', [live, table.key, table.indexes, table.dependsOn], () => facts([
    ['rows', `${count(table.rows)} in ${bytes(table.bytes)}`],
    ['progress', table.state === 'LOADING' && table.progress ? progressText(table.progress) : null],
    ['key', table.key.columns.length > 0 ? `${table.key.columns.join(', ')} (${table.key.rule})` : table.key.rule],
    ['indexes', table.indexes.map(index => `${index.name} (${index.columns.join(', ')})`
      + (index.state === 'READY' ? '' : ` ${index.state}`)).join(', ') || null],
    ['source', (table.sources ?? [table.source]).filter(source => source).map(sourceText).join(', ')],
    ['reads', table.dependsOn.length > 0 ? links(table.dependsOn) : null],
    ['lag', table.lag ? `${count(table.lag.records)} records, ${seconds(table.lag.millis / 1000)}` : null],
    ['bad records', count(table.badRecords)],
    ['set aside in', errors ? tableLink(errors) : null],
  ]));
  list('detail-columns', table.columns.map(c => [c.name, c.type, c.nullable ? 'yes' : 'no']), 'name', 'type', 'nullable');
  list('detail-options', table.options.map(o => [o.name, o.value, o.origin]), 'option', 'value', 'origin');
  list('detail-positions', table.positions.map(p => [p.partition, p.offset]), 'partition', 'offset');
  pane('detail-definition', table.definition, () => [table.definition]);
  $('lookup').hidden = table.key.columns.length === 0;
  pane('detail-keys', [table.name, table.key.columns], () => table.key.columns.map(name => {
    const type = table.columns.find(column => column.name === name)?.type ?? '';
    return el('label', {}, `${name} ${type}`, el('input', { spellcheck: false, autocomplete: 'off' }));
  }));
}

function trouble({ state, retry }) {
  const box = el('div', { className: state === 'FAILED' ? 'problem' : 'problem waits' },
    el('p', {}, el('strong', {}, reason(retry))),
    el('p', { className: 'quiet' }, `${retry.attempts} attempts since ${clock(retry.firstFailureAt)}, `
      + (retry.nextAttemptAt ? `next at ${clock(retry.nextAttemptAt)}` : 'no further one')
      + (retry.deadline ? `, gives up at ${clock(retry.deadline)}` : '')));
  if (retry.hint) box.append(el('pre', {}, retry.hint));
  const original = retry.originalError ?? '';
  if (!(retry.hint ?? '').includes(original)) box.append(el('pre', {}, `Original error: ${original}`));
  return box;
}

async function loadRows(after, from) {
  const { name, columns } = detail;
  const parameters = new URLSearchParams({ limit: PAGE_ROWS, ...(after && { after }) });
  const page = await ask(`${tablePath(name)}/rows?${parameters}`).catch(error => ({ rows: [], error }));
  if (name !== selected) return;
  paging = { from, next: page.next ?? null };
  $('next').disabled = paging.next === null;
  setText($('page'), page.rows.length > 0 ? `${from}–${from + page.rows.length - 1} in key order` : '');
  $('rows').replaceChildren(page.error?.message
    ?? grid(columns, page.rows.map(row => columns.map(column => row[column.name]))));
}

async function find(event) {
  event.preventDefault();
  if (detail === null) return;
  const { name, columns } = detail;
  const key = [...$('detail-keys').querySelectorAll('input')].map(input => input.value);
  const found = await ask(`${tablePath(name)}/lookup`, post({ keys: [key] })).then(({ rows: [row] }) =>
    row === null ? el('p', { className: 'quiet' }, `No row has the key ${key.join(', ')}`)
      : el('dl', { className: 'facts values' },
        ...facts(columns.map(column => [column.name, shown(row[column.name], column.type)]))), problem);
  if (name === selected) $('found').replaceChildren(found);
}

// SQL

const HISTORY = 'alluvium.sql.history';
let [running, past] = [null, []];
try { past = JSON.parse(localStorage.getItem(HISTORY)) ?? []; } catch { /* the browser keeps nothing for this page */ }
const quoted = name => `"${name.replaceAll('"', '""')}"`;

function showExamples() {
  const name = selected ?? example;
  const examples = [['SHOW TABLES', 'SHOW TABLES']];
  if (name !== undefined) {
    examples.push([`rows of ${name}`, `SELECT * FROM ${quoted(name)} LIMIT 20`]);
    examples.push([`count ${name}`, `SELECT count(*) AS n FROM ${quoted(name)}`]);
  }
  const group = detail?.columns.find(({ name, type }) => /^VARCHAR/.test(type) && !detail.key.columns.includes(name));
  if (group) {
    const column = quoted(group.name);
    examples.push([`by ${group.name}`, `SELECT ${column}, count(*) AS n\nFROM ${quoted(name)}\n`
      + `GROUP BY ${column} ORDER BY n DESC LIMIT 20`]);
  }
  pane('examples', examples, () => examples.map(([title, sql]) =>
    el('button', { type: 'button', title: sql, onclick: () => { $('text').value = sql; run(); } }, title)));
}

async function run() {
  const sql = $('text').value;
  if (running !== null || sql.trim() === '') return;
  const mine = running = new AbortController();
  const start = performance.now();
  setText($('run'), 'Stop');
  setText($('outcome'), 'running …');
  $('error').replaceChildren();
  $('answer').hidden = true;
  remember(sql);
  try {
    const answer = await readAnswer(await fetch('api/sql', { ...post({ sql }), signal: mine.signal }));
    const elapsed = answer.elapsedMs ?? Math.round(performance.now() - start);
    const rows = answer.rows.length === 1 ? '1 row' : `${answer.rows.length.toLocaleString('en')} rows`;
    const outcome = answer.message ?? (answer.hasMore ? `the first ${rows}, there are more` : rows);
    setText($('outcome'), `${outcome} · ${elapsed} ms`);
    $('answer').replaceChildren(grid(answer.columns, answer.rows));
    $('answer').hidden = answer.columns.length === 0;
  } catch (e) {
    setText($('outcome'), e.name === 'AbortError' ? 'stopped' : '');
    const error = e instanceof TypeError ? new Error(`the service does not answer (${e.message})`) : e;
    if (e.name !== 'AbortError') $('error').replaceChildren(problem(error, sql));
    if (e.position > 0 && $('text').value === sql) $('text').setSelectionRange(e.position - 1, e.position - 1);
  } finally {
    running = null;
    setText($('run'), 'Run');
  }
}

function remember(sql) {
  past = [sql, ...past.filter(other => other !== sql)].slice(0, 20);
  try { localStorage.setItem(HISTORY, JSON.stringify(past)); } catch { /* the browser has no room for it */ }
  showHistory();
}

function showHistory() {
  $('history').hidden = past.length === 0;
  $('past').replaceChildren(...past.map(sql => el('li', {}, el('button',
    { title: sql, onclick: () => { $('text').value = sql; $('text').focus(); } }, sql.replace(/\s+/g, ' ')))));
}

// what the user does

addEventListener('hashchange', () => {
  select();
  if (selected !== null && matchMedia('(max-width: 1079px)').matches) $('detail').scrollIntoView();
});
addEventListener('keydown', event => {
  if (event.key === 'Escape' && selected !== null && event.target !== $('text')) location.hash = '';
});
$('text').addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  run();
});
$('query').addEventListener('submit', event => {
  event.preventDefault();
  running === null ? run() : running.abort();
});
$('lookup').addEventListener('submit', find);
$('first').addEventListener('click', () => detail && loadRows(null, 1));
$('next').addEventListener('click', () => paging.next !== null && loadRows(paging.next, paging.from + PAGE_ROWS));
showHistory();
select();
poll();
