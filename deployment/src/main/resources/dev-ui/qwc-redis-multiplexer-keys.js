import { RedisMultiplexerPage, html, css, nothing } from './redis-multiplexer-page.js';
import '@vaadin/button';
import '@vaadin/text-field';
import '@vaadin/confirm-dialog';

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
        _deleting: { state: true }
    };

    static styles = [RedisMultiplexerPage.styles, css`
        .panes { display: flex; gap: var(--lumo-space-l); flex: 1; min-height: 0; }
        .keys { flex: 3; overflow: auto; }
        .value { flex: 2; overflow: auto; }
        tr.key { cursor: pointer; }
        tr.key:hover, tr.selected { background: var(--lumo-primary-color-10pct); }
        td { overflow-wrap: anywhere; white-space: pre-wrap; }
    `];

    constructor() {
        super();
        this._pattern = '';
        this._type = '';
        this._keys = [];
        this._cursor = '0';
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
                    ${this._cursor === '0'
                        ? html`<p class="quiet">${this._keys.length === 0 ? 'No such keys.' : 'These are all.'}</p>`
                        : html`<vaadin-button id="more" @click=${() => this._scan(this._cursor)}>Scan on</vaadin-button>`}
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

    _renderKey(key) {
        return html`<tr class="key ${key.id === this._selected?.id ? 'selected' : ''}" @click=${() => this._look(key)}>
            <td class="code name">${key.name}</td>
            <td class="type">${key.type}</td>
            <td class="number">${duration(key.millis)}</td>
            <td class="number">${size(key.bytes)}</td>
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
                    <p class="quiet">${value.type}, ${value.length} ${value.type === 'string' ? 'bytes' : 'elements'}</p>
                    <table class="code">
                        <thead><tr>${value.columns.map(column => html`<th>${column}</th>`)}</tr></thead>
                        <tbody>${value.rows.map(row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody>
                    </table>
                    ${value.type !== 'string' && value.rows.length < value.length
                        ? html`<p class="quiet">The first ${value.rows.length} of them.</p>` : nothing}` : nothing}
            </div>`;
    }

    async _scan(cursor) {
        const scan = this._latest = {};
        const page = await this.attempt(() => this.call('keys',
            { client: this._client, cursor, pattern: this._pattern, type: this._type }));
        if (this._latest !== scan) {
            // Another one was asked for since.
            return;
        }
        if (cursor === '0') {
            this._selected = null;
            this._keys = [];
        }
        if (page) {
            // SCAN may return a key twice.
            const known = new Set(this._keys.map(key => key.id));
            this._keys = [...this._keys, ...page.keys.filter(key => !known.has(key.id) && known.add(key.id))];
            this._cursor = page.cursor;
        }
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

const UNITS = [[86400000, 'd'], [3600000, 'h'], [60000, 'min'], [1000, 's'], [1, 'ms']];

function duration(millis) {
    if (millis < 0) {
        return millis === -1 ? '' : 'gone';
    }
    const [length, unit] = UNITS.find(([length]) => millis >= length) ?? [1, 'ms'];
    return `${+(millis / length).toFixed(1)} ${unit}`;
}

function size(bytes) {
    if (bytes < 0) {
        return '';
    }
    return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`;
}

customElements.define('qwc-redis-multiplexer-keys', QwcRedisMultiplexerKeys);
