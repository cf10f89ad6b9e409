/** What both scripts need: calling the application, and filling the page. */

const numbers = new Intl.NumberFormat('en');

export const format = (number, digits = 0) =>
  digits ? number.toFixed(digits) : numbers.format(Math.round(number));

/** A number of things: 1 connection, 2 connections. */
export const count = (number, thing) => `${format(number)} ${thing}${number === 1 ? '' : 's'}`;

export const $ = (selector, root = document) => root.querySelector(selector);

/** Makes an element; strings become text, never HTML. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Calls the application; throws what it answers if that is not what was asked for. */
export async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(text && text.length < 400 ? text : `The application answered ${answer.status}`);
  }
  return text ? JSON.parse(text) : null;
}

/** Does something for a card with its button disabled, and shows there what went wrong. */
export async function act(card, button, action) {
  const out = $('.out', card);
  if (button) {
    button.disabled = true;
  }
  try {
    out?.classList.remove('bad');
    const message = await action();
    if (out) {
      out.textContent = message ?? '';
    }
  } catch (failure) {
    if (out) {
      out.classList.add('bad');
      out.textContent = failure.message;
    }
  } finally {
    if (button) {
      button.disabled = false;
    }
  }
}

/** Shows in a card's footer which client and which thread it was. */
export function served(card, by) {
  $('footer', card).replaceChildren(
    element('span', { className: 'pill client', title: 'the injected type' }, by.client),
    element('span', { className: 'pill', title: 'the kind of thread' }, by.kind),
    element('span', { className: 'pill', title: 'the thread' }, by.thread));
}

/** Fills a list with rows of a name, a bar and a number. */
export function bars(list, rows) {
  const longest = Math.max(1, ...rows.map(([, value]) => value));
  list.replaceChildren(...rows.map(([name, value]) => {
    const bar = element('i');
    bar.style.width = `${100 * value / longest}%`;
    return element('li', {}, element('span', { title: name }, name), element('div', { className: 'meter' }, bar),
      element('b', {}, format(value)));
  }));
}
