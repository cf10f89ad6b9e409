/** The cluster of the default client, if it has one: who has which slots, and buttons that change that. */
import { $, act, call, element, format, served } from './page.js';

const SLOTS = 16384;
const MOVED_AT_ONCE = 500;
const PAUSE = 1000;

const card = $('#cluster');
/** What the page has of each shard, by the key of the shard. */
const shards = new Map();
let made = 0;
/** What the client has sent to each server up to then, and in the second before it. */
let traffic = { nanos: 0, commands: new Map(), rates: new Map() };

/** A primary and its replicas. They stay one, whichever of them is the primary. */
function shardsOf(nodes) {
  return nodes.filter(node => node.role === 'PRIMARY' && node.alive)
    .map(primary => {
      const replicas = nodes.filter(node => node.primary === primary.id).sort((a, b) => a.address.localeCompare(b.address));
      const key = [primary, ...replicas].map(node => node.id).sort()[0];
      return { key, primary, replicas, first: Math.min(...primary.slots.map(range => range.first)), slots: primary.slots.reduce((sum, range) => sum + range.last - range.first + 1, 0) };
    })
    // As they were when they were first seen, so that they stay in their places when slots move.
    .sort((a, b) => (place(a) === place(b) ? a.first - b.first : place(a) - place(b)));
}

const place = ({ key }) => shards.get(key)?.index ?? Infinity;
const color = index => `hsl(${(215 + index * 137) % 360} 70% 55%)`;

function drawSlots(current) {
  $('.slots', card).replaceChildren(...current.flatMap(({ key, primary }) => primary.slots.map(({ first, last }) => {
    const part = element('i', { title: `${first} to ${last}: ${primary.address}` });
    part.style.left = `${100 * first / SLOTS}%`;
    part.style.width = `${100 * (last - first + 1) / SLOTS}%`;
    part.style.background = color(shards.get(key).index);
    return part;
  })));
}

function nodeLine(node) {
  const rate = traffic.rates.get(node.address);
  return element('li', { className: 'node' },
    element('span', { className: node.alive ? 'pill good' : 'pill bad' }, node.alive ? node.role.toLowerCase() : 'failed'),
    element('code', {}, node.address),
    element('span', { className: 'rate' }, rate === undefined ? '' : `${format(rate)} / s`));
}

/** Made once, so that a button that is pressed is not replaced by another one. */
function makeShard(index) {
  const move = element('button', { type: 'button', className: 'second', name: 'move' }, `Move ${MOVED_AT_ONCE} slots`);
  const failOver = element('button', { type: 'button', className: 'second', name: 'failover' }, 'Fail over');
  const count = element('b');
  const nodes = element('ul');
  const mark = element('i');
  mark.style.background = color(index);
  const shard = { index, count, nodes, move, failOver };
  shard.root = element('div', { className: 'shard' }, element('h3', {}, mark, count), nodes,
    element('div', { className: 'row' }, move, failOver));
  move.addEventListener('click', () => act(card, move, async () => {
    const moved = await call('POST', `cluster/${shard.primary.id}/move?slots=${MOVED_AT_ONCE}`);
    served(card, moved.served);
    return `${format(moved.slots)} slots with ${format(moved.keys)} keys moved from ${moved.from} to ${moved.to} in ${format(moved.millis)} ms.`;
  }));
  failOver.addEventListener('click', () => act(card, failOver, async () => {
    const done = await call('POST', `cluster/${shard.primary.id}/failover`);
    served(card, done.served);
    return `${done.primary} is a primary now, after ${format(done.millis)} ms.`;
  }));
  return shard;
}

function show(nodes) {
  const current = shardsOf(nodes);
  current.forEach(({ key, primary, replicas, slots }) => {
    if (!shards.has(key)) {
      shards.set(key, makeShard(made++));
    }
    const shard = shards.get(key);
    shard.primary = primary;
    shard.count.textContent = `${format(slots)} slots`;
    shard.failOver.hidden = replicas.length === 0;
    shard.nodes.replaceChildren(nodeLine(primary), ...replicas.map(nodeLine));
  });
  for (const key of [...shards.keys()].filter(known => !current.some(shard => shard.key === known))) {
    shards.delete(key);
  }
  drawSlots(current);
  const drawn = $('.shards', card);
  const roots = current.map(shard => shards.get(shard.key).root);
  if (roots.length !== drawn.children.length || roots.some((root, index) => root !== drawn.children[index])) {
    drawn.replaceChildren(...roots);
  }
}

async function poll() {
  try {
    const { nodes } = await call('GET', 'cluster');
    if (nodes.length === 0) {
      return;
    }
    card.hidden = false;
    show(nodes);
  } catch {
    // The rest of the page says that there is no answer.
  }
  setTimeout(poll, PAUSE);
}

document.addEventListener('status', ({ detail: status }) => {
  const nodes = status.clients.find(client => client.name === '<default>')?.nodes ?? [];
  const commands = new Map(nodes.map(node => [node.address, node.lanes.reduce((sum, lane) => sum + lane.commands, 0)]));
  const seconds = (status.nanos - traffic.nanos) / 1e9;
  const rates = new Map([...commands].filter(([address]) => traffic.commands.has(address))
    .map(([address, count]) => [address, Math.max(0, count - traffic.commands.get(address)) / seconds]));
  traffic = { nanos: status.nanos, commands, rates };
});

poll();
