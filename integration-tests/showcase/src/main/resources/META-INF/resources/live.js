/** The upper half of the page: what the clients do right now, the load test, and the cut. */
import { $, act, bars, call, count, element, format, served } from './page.js';
import { Chart } from './chart.js';

const chart = new Chart($('#chart'));
let before = null;

function commandsPerSecond(client, seconds) {
  const earlier = before.clients.find(other => other.name === client.name);
  // Fewer commands than before: the application has been restarted.
  return earlier && client.commands >= earlier.commands ? (client.commands - earlier.commands) / seconds : 0;
}

function show(status) {
  const nodes = status.clients.flatMap(client => client.nodes);
  const sum = figure => nodes.flatMap(node => node.lanes).reduce((total, lane) => total + figure(lane), 0);
  const commands = sum(lane => lane.commands);
  const batches = sum(lane => lane.commandsPerBatch ? lane.commands / lane.commandsPerBatch : 0);
  $('#batch').textContent = batches ? format(commands / batches, 1) : '–';
  $('#flying').textContent = format(sum(lane => lane.inFlight + lane.pending));
  $('#connections').textContent = format(nodes.reduce((total, node) => total + node.connections, 0));
  $('#clients').replaceChildren(...status.clients.map(clientCard));
  if (status.clients.length === 0) {
    $('#clients').append(element('article', { className: 'card' },
      element('h2', {}, 'The stock client'),
      element('p', {}, 'quarkus.redis-multiplexer.enabled is false: everything below goes through the stock client, which has no such figures.')));
  }
  showRates(status);
}

function showRates(status) {
  const seconds = before ? (status.nanos - before.nanos) / 1e9 : 0;
  if (seconds > 0) {
    const rates = new Map(status.clients.map(client => [client.name, commandsPerSecond(client, seconds)]));
    chart.add(rates);
    $('#rate').textContent = format([...rates.values()].reduce((total, rate) => total + rate, 0));
    $('#legend').replaceChildren(...[...rates].map(([name, rate], index) => {
      const mark = element('i');
      mark.style.background = Chart.color(index);
      return element('span', {}, mark, `${name} ${format(rate)} / s`);
    }));
  }
  before = status;
}

function clientCard(client) {
  return element('article', { className: 'card' },
    element('div', { className: 'title' }, element('h2', {}, client.name)),
    ...client.nodes.flatMap(nodeParts));
}

/** What a phone has no room for. */
const columnClass = index => (index >= 3 && index <= 5 ? 'wide-only' : '');

function statePill(state) {
  const look = { READY: ' good', CONNECTING: ' bad', HANDSHAKING: ' bad', BACKING_OFF: ' bad' }[state] ?? '';
  return element('span', { className: `pill${look}` }, state.toLowerCase().replace('_', ' '));
}

function nodeParts(node) {
  const head = ['Lane', 'State', 'In flight', 'Pending', 'Commands', 'Per batch', 'Connects'];
  const row = (lastError, cells) => element('tr', { title: lastError ?? '' },
    ...cells.map((cell, index) => element('td', { className: columnClass(index) }, cell instanceof Node ? cell : String(cell))));
  const rows = [
    ...node.lanes.map(lane => row(lane.lastError, [lane.index, statePill(lane.state), format(lane.inFlight), format(lane.pending),
      format(lane.commands), format(lane.commandsPerBatch, 1), format(lane.connects)])),
    ...node.others.map(other => row(other.lastError, [other.name, statePill(other.state), '', '', '', '', format(other.connects)]))];
  const identity = [node.server, node.version, node.role === 'UNKNOWN' ? '' : node.role.toLowerCase()].filter(word => word).join(' ');
  return [
    element('div', { className: 'title' },
      element('span', { className: 'pill' }, node.address),
      ...(identity ? [element('span', { className: 'pill' }, identity)] : []),
      element('span', { className: 'pill' }, count(node.connections, 'connection')),
      element('span', { className: 'pill' }, count(node.subscriptions, 'subscription'))),
    element('div', { className: 'scroll' }, element('table', {},
      element('thead', {}, element('tr', {}, ...head.map((name, index) => element('th', { className: columnClass(index) }, name)))),
      element('tbody', {}, ...rows)))];
}

async function pollStatus() {
  const link = $('#link');
  try {
    const status = await call('GET', 'status');
    show(status);
    document.dispatchEvent(new CustomEvent('status', { detail: status }));
    link.className = 'pill good';
    link.textContent = `live · Java ${status.java.split(/[.+]/)[0]}`;
  } catch (failure) {
    link.className = 'pill bad';
    link.textContent = 'no answer';
    link.title = failure.message;
  } finally {
    setTimeout(pollStatus, 1000);
  }
}

/** Apart from the status, which is there even when Redis is not. */
function pollStatistics() {
  const card = $('#statistics');
  act(card, null, async () => {
    const statistics = await call('GET', 'statistics');
    bars($('.bars', card), Object.entries(statistics.requests).sort(([, a], [, b]) => b - a));
    served(card, statistics.served);
  }).finally(() => setTimeout(pollStatistics, 1000));
}

const load = $('#load');
$('form', load).addEventListener('submit', async event => {
  event.preventDefault();
  const button = $('button', load);
  const report = $('#report');
  button.disabled = true;
  try {
    const result = await call('POST', `load?${new URLSearchParams(new FormData(event.target))}`);
    const { perSecond, failures, firstFailure, medianMicros, p99Micros } = result.report;
    const row = (name, value, title = '') => [element('dt', {}, name), element('dd', { title }, value)];
    const pairs = [['Answers / s', format(perSecond)], ['Failures', format(failures), firstFailure ?? ''],
      ['Median', `${format(medianMicros / 1000, 2)} ms`], ['99 %', `${format(p99Micros / 1000, 2)} ms`]];
    report.replaceChildren(...pairs.map(pair => element('div', {}, ...row(...pair))));
    served(load, result.served);
  } catch (failure) {
    report.replaceChildren(element('dt', {}, failure.message));
  } finally {
    button.disabled = false;
  }
});

const cut = $('#cut');
$('button', cut).addEventListener('click', event => act(cut, event.target, async () => {
  const result = await call('POST', 'connections/cut');
  served(cut, result.served);
  return `${count(result.connections, 'connection')} cut.`;
}));

const theme = name => {
  document.documentElement.dataset.theme = name;
  chart.draw();
};
theme(localStorage.getItem('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
$('#theme').addEventListener('click', () => {
  const name = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  localStorage.setItem('theme', name);
  theme(name);
});

pollStatus();
pollStatistics();
