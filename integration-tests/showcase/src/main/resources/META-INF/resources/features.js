/** The lower half of the page: one card per feature of the application. */
import { $, act, bars, call, element, format, served } from './page.js';

/** Calls many times at once; the answers in no order, and how long all of them took. */
async function atOnce(times, action) {
  const begin = performance.now();
  const answers = await Promise.all(Array.from({ length: times }, action));
  return { answers, millis: format(performance.now() - begin) };
}

const onClick = (selector, card, action) =>
  card.querySelectorAll(selector).forEach(button => button.addEventListener('click', () => act(card, button, () => action(button))));

const onSubmit = (card, action) => $('form', card).addEventListener('submit', event => {
  event.preventDefault();
  act(card, $('button', event.target), () => action(Object.fromEntries(new FormData(event.target))));
});

// Page counter

const counter = $('#counter');

function showCount(visits) {
  $('.big', counter).textContent = format(visits.count);
  served(counter, visits.served);
}

onClick('button', counter, async button => {
  const visits = Number(button.dataset.visits);
  const { answers, millis } = await atOnce(visits, () => call('POST', 'counter/home'));
  showCount(answers.reduce((latest, answer) => answer.count > latest.count ? answer : latest));
  return visits > 1 ? `${visits} requests in ${millis} ms` : '';
});
act(counter, null, async () => showCount(await call('GET', 'counter/home')));

// Cached lookup

const countries = $('#countries');

onClick('button', countries, async button => {
  const lookup = await call('GET', `countries/${button.dataset.code}`);
  $('.chosen', countries)?.classList.remove('chosen');
  button.classList.add('chosen');
  const { country, hit, millis, expiresInMillis } = lookup;
  const left = element('i');
  $('.result', countries).replaceChildren(
    element('h3', {}, country.name, element('span', { className: hit ? 'pill good' : 'pill bad' },
      `${hit ? 'hit' : 'miss'} · ${format(millis, 1)} ms`)),
    element('div', {}, `${country.capital} · ${format(country.inhabitants)} people · ${format(country.squareKilometres)} km²`),
    element('div', { className: 'meter', title: 'time until the cache forgets' }, left));
  left.animate([{ width: `${expiresInMillis / 50}%` }, { width: '0' }], { duration: expiresInMillis, fill: 'forwards' });
  served(countries, lookup.served);
});

// Leaderboard

const leaderboard = $('#leaderboard');

function showLeaders(leaders) {
  bars($('.bars', leaderboard), leaders.places.map(place => [place.player, place.points]));
  served(leaderboard, leaders.served);
}

onSubmit(leaderboard, async ({ player, points }) =>
  showLeaders(await call('POST', `leaderboard/${encodeURIComponent(player)}?points=${points}`)));
act(leaderboard, null, async () => showLeaders(await call('GET', 'leaderboard')));

// Job queue

const jobs = $('#jobs');
const SHOWN_JOBS = 5;

function showJobs(state) {
  $('.lines', jobs).replaceChildren(...state.done.slice(0, SHOWN_JOBS).map(job =>
    element('li', { title: job.thread }, `${format(job.number)} = ${job.factors.map(factor => format(factor)).join(' × ')}`)));
  served(jobs, state.served);
}

async function addJobs(numbers) {
  showJobs(await call('POST', 'jobs', numbers));
  for (let state; (state = await call('GET', 'jobs')).waiting > 0;) {
    showJobs(state);
  }
  // The last one has been taken, and is recorded a moment later.
  setTimeout(async () => showJobs(await call('GET', 'jobs')), 100);
}

onSubmit(jobs, ({ number }) => addJobs([Number(number)]));
onClick('button.second', jobs, () => addJobs(Array.from({ length: 10 }, () => 2 + Math.floor(Math.random() * 1e9))));
act(jobs, null, async () => showJobs(await call('GET', 'jobs')));

// Transactions

const accounts = $('#accounts');

function showAccounts(state) {
  const rows = Object.entries(state.balances);
  bars($('.bars', accounts), [...rows, ['total', state.total]]);
  for (const [name, chosen] of [['from', 0], ['to', 1]]) {
    const select = $(`select[name=${name}]`, accounts);
    if (!select.options.length) {
      select.append(...rows.map(([owner]) => new Option(owner)));
      select.selectedIndex = chosen;
    }
  }
  served(accounts, state.served);
}

const transfer = async ({ from, to, amount }) =>
  call('POST', 'accounts/transfers', { from, to, amount: Number(amount) });

onSubmit(accounts, async fields => {
  const receipt = await transfer(fields);
  showAccounts(receipt.accounts);
  return receipt.attempts === 1 ? 'Done at the first attempt.' : `Done at attempt ${receipt.attempts}.`;
});
onClick('button.second', accounts, async () => {
  const fields = Object.fromEntries(new FormData($('form', accounts)));
  // There and back, so that this can be done for ever.
  const back = { from: fields.to, to: fields.from, amount: fields.amount };
  let next = 0;
  const { answers, millis } = await atOnce(50, () => transfer(next++ % 2 ? back : fields));
  showAccounts(await call('GET', 'accounts'));
  return `50 transfers in ${millis} ms, ${answers.reduce((sum, receipt) => sum + receipt.attempts, 0)} attempts`;
});
act(accounts, null, async () => showAccounts(await call('GET', 'accounts')));

// Chat

const chat = $('#chat');

function hear({ from, text }) {
  const list = $('.talk', chat);
  list.append(from ? element('li', {}, element('b', {}, `${from}: `), text) : element('li', {}, element('em', {}, text)));
  list.scrollTop = list.scrollHeight;
}

new EventSource('chat').addEventListener('message', event => hear(JSON.parse(event.data)));
onSubmit(chat, async message => {
  served(chat, (await call('POST', 'chat', message)).served);
  $('input[name=text]', chat).value = '';
});
$('input[name=from]', chat).value = `guest${Math.floor(Math.random() * 900 + 100)}`;
