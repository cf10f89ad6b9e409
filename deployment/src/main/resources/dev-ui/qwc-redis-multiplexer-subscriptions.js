import { RedisMultiplexerPage, html, css, nothing } from './redis-multiplexer-page.js';
import '@vaadin/button';
import '@vaadin/checkbox';
import '@vaadin/text-field';

// So many of the latest events are shown, and so many characters of them: a browser takes long to show megabytes.
const SHOWN = 200;
const SHOWN_CHARACTERS = 256 * 1024;

/** Subscribes to channels and patterns, and shows what is published there. */
export class QwcRedisMultiplexerSubscriptions extends RedisMultiplexerPage {

    static properties = {
        _name: { state: true },
        _pattern: { state: true },
        _watches: { state: true },
        _events: { state: true },
        _count: { state: true }
    };

    static styles = [RedisMultiplexerPage.styles, css`
        .messages { flex: 1; overflow: auto; }
        td { overflow-wrap: anywhere; white-space: pre-wrap; }
        .chip { background: var(--lumo-contrast-10pct); border-radius: var(--lumo-border-radius-m); padding: 0 var(--lumo-space-s); }
    `];

    constructor() {
        super();
        this._name = '';
        this._pattern = null;
        this._watches = [];
        this._clear();
    }

    disconnectedCallback() {
        this._watches.forEach(watch => watch.observer.cancel());
        this._watches = [];
        super.disconnectedCallback();
    }

    /** The application was restarted, and its subscriptions are gone with it. */
    hotReload() {
        super.hotReload();
        const watches = this._watches;
        this._watches = [];
        watches.forEach(watch => {
            watch.observer.cancel();
            this._watch(watch.client, watch.name, watch.pattern);
        });
    }

    render() {
        return html`
            <div class="bar">
                ${this.renderSelector()}
                <vaadin-text-field id="name" class="grow" label="Channel or pattern" placeholder="news.*" .value=${this._name}
                    @value-changed=${event => this._name = event.detail.value}
                    @keydown=${event => event.key === 'Enter' && this._subscribe()}></vaadin-text-field>
                <vaadin-checkbox id="pattern" label="Pattern" .checked=${this._isPattern}
                    @change=${event => this._pattern = event.target.checked}></vaadin-checkbox>
                <vaadin-button id="subscribe" theme="primary" @click=${this._subscribe}>Subscribe</vaadin-button>
                <vaadin-button theme="tertiary" @click=${this._clear}>Clear</vaadin-button>
            </div>
            ${this.renderError()}
            <div class="bar" id="watches">${this._watches.map(watch => html`
                <span class="chip code">${watch.name} ${watch.active ? '' : html`<span class="quiet">...</span>`}
                    <vaadin-button class="stop" theme="tertiary small" @click=${() => this._stop(watch)}>Stop</vaadin-button>
                </span>`)}
            </div>
            <div class="messages">
                <table id="messages">
                    <thead><tr><th>Time</th><th>Channel</th><th>Message</th></tr></thead>
                    <tbody>${this._events.map(event => html`<tr>
                        <td class="quiet">${new Date(event.millis).toLocaleTimeString('en-GB')}</td>
                        <td class="code channel">${event.channel}</td>
                        <td class=${event.kind === 'message' ? 'code text' : 'quiet'}>${event.text}</td>
                    </tr>`)}</tbody>
                </table>
                ${this._events.length === 0 ? html`<p class="quiet" id="none">${this._watches.length === 0 ? 'Subscribe to something to see what is published there.' : 'Nothing has been published yet.'}</p>` : nothing}
                ${this._events.length < this._count ? html`<p class="quiet" id="latest">The latest ${this._events.length} of ${this._count.toLocaleString('en')}.</p>` : nothing}
            </div>`;
    }

    /** Unless somebody has said so or otherwise, it is one if it looks like one. */
    get _isPattern() {
        return this._pattern ?? /[*?[]/.test(this._name);
    }

    _subscribe() {
        const name = this._name.trim();
        if (name !== '') {
            this._error = null;
            this._watch(this._client, name, this._isPattern);
            this._name = '';
            this._pattern = null;
        }
    }

    _watch(client, name, pattern) {
        const watch = { client, name, pattern, active: false };
        watch.observer = this.jsonRpc.watch({ client, name, pattern })
            .onNext(response => this._received(watch, response.result))
            .onError(response => this._failed(watch, response.error?.message ?? 'failed'));
        this._watches = [...this._watches, watch];
    }

    _received(watch, events) {
        watch.active = true;
        const last = events.at(-1);
        if (last.kind === 'failed') {
            this._failed(watch, last.text);
            return;
        }
        const shown = events.map(event => event.kind === 'message' ? event
            : { ...event, text: `subscribed to ${event.text}` });
        this._events = latest([...shown.reverse(), ...this._events]);
        this._count += events.length;
    }

    _failed(watch, reason) {
        this._error = `${watch.name}: ${reason}`;
        this._watches = this._watches.filter(other => other !== watch);
    }

    _clear() {
        this._events = [];
        this._count = 0;
    }

    _stop(watch) {
        watch.observer.cancel();
        this._watches = this._watches.filter(other => other !== watch);
    }
}

/** Of events with the latest first, those that are shown. */
function latest(events) {
    let characters = 0;
    return events.slice(0, SHOWN).filter(event => (characters += event.channel.length + event.text.length) <= SHOWN_CHARACTERS);
}

customElements.define('qwc-redis-multiplexer-subscriptions', QwcRedisMultiplexerSubscriptions);
