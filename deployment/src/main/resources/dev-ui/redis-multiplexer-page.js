import { QwcHotReloadElement, html, css, nothing } from 'qwc-hot-reload-element';
import { JsonRpc } from 'jsonrpc';
import { StorageController } from 'storage-controller';
import '@vaadin/select';

export { html, css, nothing };

const REFRESH_MILLIS = 1000;
// An answer that has not come by then got lost in a restart of the application.
const LOST_MILLIS = 5000;

/** What a client without a name is called. */
export const clientLabel = name => name === '<default>' ? 'default client' : name;

/** A number of things: 1 key, 2 keys. */
export const count = (number, thing, things = `${thing}s`) => `${number.toLocaleString('en')} ${number === 1 ? thing : things}`;

const BYTE_UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** A number of bytes in the unit that suits it: 1 byte, 512 bytes, 1.5 KiB. */
export function size(bytes) {
    if (bytes < 1024) {
        return count(bytes, 'byte');
    }
    const power = Math.min(Math.floor(Math.log2(bytes) / 10), BYTE_UNITS.length);
    return `${(bytes / 1024 ** power).toFixed(1)} ${BYTE_UNITS[power - 1]}`;
}

const TIME_UNITS = [[86400000, 'd'], [3600000, 'h'], [60000, 'min'], [1000, 's'], [1, 'ms']];

/** A time in the unit that suits it. */
export function duration(millis) {
    const [length, unit] = TIME_UNITS.find(([length]) => millis >= length) ?? [1, 'ms'];
    return `${+(millis / length).toFixed(1)} ${unit}`;
}

const nodes = client => client.nodes.map(node => node.address).join(', ');

/**
 * What the pages have in common: the clients with their figures, asked for once a second, of which one is selected, for all
 * pages; and calls whose errors become exceptions.
 */
export class RedisMultiplexerPage extends QwcHotReloadElement {

    static properties = {
        _clients: { state: true },
        _client: { state: true },
        _error: { state: true }
    };

    static styles = css`
        :host {
            display: flex;
            flex-direction: column;
            gap: var(--lumo-space-m);
            height: 100%;
            padding: 0 var(--lumo-space-m) var(--lumo-space-m);
            box-sizing: border-box;
            overflow: auto;
        }
        .bar {
            display: flex;
            gap: var(--lumo-space-m);
            align-items: baseline;
            flex-wrap: wrap;
        }
        .grow { flex: 1; }
        .quiet { color: var(--lumo-secondary-text-color); font-size: var(--lumo-font-size-s); }
        .error { color: var(--lumo-error-text-color); white-space: pre-wrap; }
        .code { font-family: var(--quarkus-font-monospace, monospace); font-size: var(--lumo-font-size-s); }
        table { border-collapse: collapse; width: 100%; font-size: var(--lumo-font-size-s); }
        th { text-align: left; font-weight: 500; color: var(--lumo-secondary-text-color); }
        th, td { padding: var(--lumo-space-xs) var(--lumo-space-s); border-bottom: 1px solid var(--lumo-contrast-10pct); }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        .scroll { overflow-x: auto; flex-shrink: 0; }
        @media (max-width: 640px) { .wide { display: none; } }
    `;

    constructor() {
        super();
        // What is sent may be a password, so the log of the Dev UI gets nothing.
        this.jsonRpc = new JsonRpc(this, false);
        this._storage = new StorageController('redis-multiplexer', true);
        this._clients = [];
        this._choices = [];
        this._client = this._storage.get('client');
    }

    connectedCallback() {
        super.connectedCallback();
        this._refresh();
        this._timer = setInterval(() => this._refresh(), REFRESH_MILLIS);
    }

    disconnectedCallback() {
        clearInterval(this._timer);
        super.disconnectedCallback();
    }

    hotReload() {
        this._asked = null;
        this._refresh();
    }

    /** For pages to do when another client is selected, or the first one is known. */
    clientSelected() {
    }

    /** For pages to do when there are new figures. */
    clientsRefreshed() {
    }

    /** Calls a method that answers a value or an error. */
    async call(method, parameters = {}) {
        const outcome = (await this.jsonRpc[method](parameters)).result;
        if (outcome.error) {
            throw new Error(outcome.error);
        }
        return outcome.value;
    }

    /** Runs something, and shows its error if it fails. */
    async attempt(action) {
        try {
            this._error = null;
            return await action();
        } catch (failure) {
            this._error = failure.message ?? failure.error?.message ?? String(failure);
            return undefined;
        }
    }

    get status() {
        return this._clients.find(client => client.name === this._client);
    }

    async _refresh() {
        if (this._asked && Date.now() - this._asked < LOST_MILLIS) {
            return;
        }
        const asked = Date.now();
        this._asked = asked;
        try {
            this._clients = (await this.jsonRpc.clients()).result;
            // A new array would close the list that somebody is just choosing from.
            if (this._clients.map(client => client.name).join() !== this._choices.map(choice => choice.value).join()) {
                this._choices = this._clients.map(client => ({ label: clientLabel(client.name), value: client.name }));
            }
            if (!this.status && this._clients.length > 0) {
                this.select(this._clients[0].name);
            } else if (this.status && !this._announced) {
                this.select(this._client);
            }
            this.clientsRefreshed();
        } catch (failure) {
            // The application restarts; the next refresh finds it again.
            this._clients = this._clients.map(client => ({ ...client, running: false }));
        } finally {
            if (this._asked === asked) {
                this._asked = null;
            }
        }
    }

    select(client) {
        this._announced = true;
        this._client = client;
        this._storage.set('client', client);
        this.clientSelected();
    }

    renderSelector() {
        const status = this.status;
        return html`
            <vaadin-select id="client" label="Client" .value=${this._client ?? ''}
                .items=${this._choices}
                @value-changed=${event => {
                    if (event.detail.value && event.detail.value !== this._client) {
                        this.select(event.detail.value);
                    }
                }}></vaadin-select>
            <span class="quiet" id="node">${status ? nodes(status) || 'no server is known yet' : ''}</span>`;
    }

    renderError() {
        return this._error ? html`<div class="error" id="error">${this._error}</div>` : nothing;
    }
}
