import { RedisMultiplexerPage, html, css, nothing, count, duration, size } from './redis-multiplexer-page.js';
import '@vaadin/button';
import '@vaadin/text-field';
import '@vaadin/confirm-dialog';

/** What there are so many of, by type. */
const LENGTHS = { hash: ['field'], list: ['element'], set: ['member'], zset: ['member'], stream: ['entry', 'entries'] };

// So many are enough until somebody wants more.
const ENOUGH = 50;

const TYPES = ['', 'string', 'list', 'set', 'zset', 'hash', 'stream'].map(type => ({ label: type || 'all', value: type }));

/** Looks through the keys of a server, page by page, and into their values. */
export class QwcRedisMultiplexerKeys extends RedisMultiplexerPage {

    static properties = {
        _pattern: { state: true },
        _type: { state: true },
        _keys: { state: true },
        _cursor: { state: true },
        _selected: { state: true },
        _value: { state: true },
        _deleting: { state: true },
        _progress: { state: true }
    };

    static styles = [RedisMultiplexerPage.styles, css`
        .panes { display: flex; gap: var(--lumo-space-l); flex: 1; min-height: 0; }
        .keys { flex: 3; overflow: auto; }
        .value { flex: 2; overflow: auto; }
        tr.key { cursor: pointer; }
        tr.key:hover, tr.selected { background: var(--lumo-primary-color-10pct); }
        td { overflow-wrap: anywhere; white-space: pre-wrap; }
        progress { width: 160px; accent-color: var(--lumo-primary-color); }
        @media (max-width: 640px) { .panes { flex-direction: column; } }
    `];

    constructor() {
        super();
        this._pattern = '';
        this._type = '';
        this._keys = [];
        this._cursor = '0';
        this._progress = { looked: 0, total: null, running: false };
    }

    clientSelected() {
        this._scan('0');
    }

    render() {
        return html`
            <div class="bar">
                ${this.renderSelector()}
                <vaadin-text-field id="pattern" label="Pattern" placeholder="*" .value=${this._pattern}
                    @value-changed=${event => this._pattern = event.detail.value}
                    @keydown=${event => event.key === 'Enter' && this._scan('0')}></vaadin-text-field>
                <vaadin-select id="type" label="Type" placeholder="all" .value=${this._type}
                    .items=${TYPES}
                    @value-changed=${event => {
                        if (event.detail.value !== this._type) {
                            this._type = event.detail.value;
                            this._scan('0');
                        }
                    }}></vaadin-select>
                <vaadin-button id="scan" theme="primary" @click=${() => this._scan('0')}>Scan</vaadin-button>
            </div>
            ${this.renderError()}
            <div class="panes">
                <div class="keys">
                    <table id="keys">
                        <thead><tr><th>Key</th><th>Type</th><th class="number">Time to live</th><th class="number">Memory</th></tr></thead>
                        <tbody>${this._keys.map(key => this._renderKey(key))}</tbody>
                    </table>
                    ${this._renderProgress()}
                </div>
                ${this._selected ? this._renderValue() : nothing}
            </div>
            <vaadin-confirm-dialog id="confirm" header="Delete this key?" confirm-text="Delete" confirm-theme="error primary"
                cancel-button-visible .opened=${!!this._deleting} @opened-changed=${event => {
                    if (!event.detail.value) {
                        this._deleting = null;
                    }
                }}
                @confirm=${() => this._delete(this._deleting)} .message=${this._deleting?.name ?? ''}></vaadin-confirm-dialog>`;
    }

    _renderProgress() {
        const { looked, total, running } = this._progress;
        if (total === null) {
            return nothing;
        }
        if (!running && this._cursor === '0') {
            return html`<p class="quiet" id="progress">${this._error ? nothing
                : total === 0 ? 'This database is empty.'
                : this._keys.length === 0 ? `None of ${count(total, 'key')}.` : `These are all: ${this._keys.length.toLocaleString('en')} of ${count(total, 'key')}.`}</p>`;
        }
        return html`
            <p class="bar quiet" id="progress">
                <progress max=${Math.max(total, 1)} value=${looked}></progress>
                <span>Looked at about ${looked.toLocaleString('en')} of ${count(total, 'key')}, found ${this._keys.length.toLocaleString('en')}.</span>
                ${running ? html`<vaadin-button id="stop" theme="small" @click=${this._stop}>Stop</vaadin-button>`
                    : html`<vaadin-button id="more" theme="small" @click=${() => this._scan(this._cursor)}>Scan on</vaadin-button>`}
            </p>`;
    }

    _renderKey(key) {
        return html`<tr class="key ${key.id === this._selected?.id ? 'selected' : ''}" @click=${() => this._look(key)}>
            <td class="code name">${key.name}</td>
            <td class="type">${key.type}</td>
            <td class="number">${key.millis >= 0 ? duration(key.millis) : key.millis === -1 ? '' : 'gone'}</td>
            <td class="number">${key.bytes < 0 ? '' : size(key.bytes)}</td>
        </tr>`;
    }

    _renderValue() {
        const value = this._value;
        return html`
            <div class="value" id="value">
                <div class="bar">
                    <b class="code grow">${this._selected.name}</b>
                    <vaadin-button id="delete" theme="error small" @click=${() => this._deleting = this._selected}>Delete</vaadin-button>
                </div>
                ${value ? html`
                    <p class="quiet" id="length">${value.type}, ${value.type === 'string' ? size(value.length) : count(value.length, ...LENGTHS[value.type])}</p>
                    <table class="code">
                        <thead><tr>${value.columns.map(column => html`<th>${column}</th>`)}</tr></thead>
                        <tbody>${value.rows.map(row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody>
                    </table>
                    ${value.type !== 'string' && value.rows.length < value.length
                        ? html`<p class="quiet">The first ${value.rows.length} of them.</p>` : nothing}` : nothing}
            </div>`;
    }

    /** Looks on until there is enough to show, there is nothing left to look at, or somebody stops it. */
    async _scan(cursor) {
        const scan = this._latest = {};
        const begun = cursor === '0';
        let looked = begun ? 0 : this._progress.looked;
        let found = 0;
        this._progress = { ...this._progress, looked, running: true };
        for (let first = begun; ; first = false) {
            const page = await this.attempt(() => this.call('keys',
                { client: this._client, cursor, pattern: this._pattern, type: this._type }));
            if (this._latest !== scan) {
                // Another one was asked for since.
                return;
            }
            if (first) {
                this._selected = null;
                this._keys = [];
                this._cursor = '0';
            }
            if (!page) {
                break;
            }
            found += this._add(page.keys);
            cursor = this._cursor = page.cursor;
            looked = Math.min(looked + page.looked, page.total);
            this._progress = { looked, total: page.total, running: true };
            if (cursor === '0' || found >= ENOUGH) {
                break;
            }
        }
        this._progress = { ...this._progress, running: false };
    }

    /** SCAN may return a key twice. */
    _add(keys) {
        const known = new Set(this._keys.map(key => key.id));
        const added = keys.filter(key => !known.has(key.id) && known.add(key.id));
        this._keys = [...this._keys, ...added];
        return added.length;
    }

    /** What is being asked for is not waited for any more. */
    _stop() {
        this._latest = null;
        this._progress = { ...this._progress, running: false };
    }

    async _look(key) {
        this._selected = key;
        this._value = null;
        const value = await this.attempt(() => this.call('value', { client: this._client, id: key.id }));
        if (this._selected === key) {
            this._value = value;
        }
    }

    async _delete(key) {
        const deleted = await this.attempt(() => this.call('delete', { client: this._client, id: key.id }));
        if (deleted !== undefined) {
            this._keys = this._keys.filter(other => other !== key);
            this._selected = null;
        }
    }
}

customElements.define('qwc-redis-multiplexer-keys', QwcRedisMultiplexerKeys);
