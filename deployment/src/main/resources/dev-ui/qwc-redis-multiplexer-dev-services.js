import { RedisMultiplexerPage, html, css, nothing, duration, size } from './redis-multiplexer-page.js';
import { notifier } from 'notifier';
import '@vaadin/button';
import '@vaadin/confirm-dialog';

const LABELS = {
    redis_version: 'Redis version', valkey_version: 'Valkey version', redis_mode: 'Mode', process_id: 'Process id',
    tcp_port: 'Port', uptime_in_seconds: 'Uptime', connected_clients: 'Connections', used_memory: 'Memory',
    executable: 'Executable', keys: 'Keys'
};

const FORMATS = { uptime_in_seconds: seconds => duration(seconds * 1000), used_memory: bytes => size(+bytes) };

/** The server of a client: what it says of itself, and, if the extension has started it, how; and to restart and flush it. */
export class QwcRedisMultiplexerDevServices extends RedisMultiplexerPage {

    static properties = {
        _servers: { state: true },
        _facts: { state: true },
        _unreachable: { state: true },
        _confirming: { state: true },
        _busy: { state: true }
    };

    static styles = [RedisMultiplexerPage.styles, css`
        .cards { display: flex; gap: var(--lumo-space-l); flex-wrap: wrap; align-items: flex-start; }
        .cards section { flex: 1; min-width: 320px; }
        td:first-child { width: 40%; color: var(--lumo-secondary-text-color); }
        td { overflow-wrap: anywhere; }
    `];

    constructor() {
        super();
        this._servers = [];
        this._facts = {};
    }

    async clientSelected() {
        this._facts = {};
        this._servers = (await this.jsonRpc.embeddedServers()).result;
        await this._ask();
    }

    hotReload() {
        super.hotReload();
        if (this._client) {
            this.clientSelected();
        }
    }

    async clientsRefreshed() {
        // While it restarts, it has no answer; the page says that already.
        if (!this._busy && this._client) {
            await this._ask();
        }
    }

    async _ask() {
        try {
            this._facts = await this.call('server', { client: this._client });
            this._unreachable = null;
        } catch (failure) {
            this._facts = {};
            this._unreachable = failure.message;
        }
    }

    render() {
        const server = this._servers.find(each => each.client === this._client);
        return html`
            <div class="bar">
                ${this.renderSelector()}
                <span class="grow"></span>
                ${server ? html`
                    <vaadin-button id="restart" .disabled=${this._busy} @click=${() => this._confirming = 'restart'}>Restart</vaadin-button>
                    <vaadin-button id="flush" theme="error" .disabled=${this._busy} @click=${() => this._confirming = 'flush'}>Flush</vaadin-button>` : nothing}
            </div>
            ${this.renderError()}
            <div class="cards">
                <section>
                    <h4>Server</h4>
                    <table id="facts"><tbody>${Object.entries(this._facts).map(([name, value]) => html`
                        <tr><td>${LABELS[name] ?? name}</td><td class="code" data-fact=${name}>${FORMATS[name]?.(value) ?? value}</td></tr>`)}</tbody></table>
                    ${this._unreachable ? html`<p class="error" id="unreachable">${this._unreachable}</p>` : nothing}
                </section>
                <section>
                    <h4>Embedded by Dev Services</h4>
                    ${server ? html`<table id="embedded"><tbody>
                        <tr><td>Binary</td><td class="code">${server.binary}</td></tr>
                        <tr><td>${server.ports.length > 1 ? 'Ports' : 'Port'}</td><td class="code">${server.ports.join(', ')}</td></tr>
                        ${Object.entries(server.configuration).map(([key, value]) => html`
                            <tr><td class="code">${key}</td><td class="code">${value}</td></tr>`)}
                        </tbody></table>
                        <p class="quiet">It keeps nothing on disk: restarted, it is empty.</p>`
                        : this.status ? html`<p class="quiet" id="configured">No: this client's server is configured, or a container. It can
                            be neither restarted nor flushed from here.</p>` : nothing}
                </section>
            </div>
            <vaadin-confirm-dialog id="confirm" confirm-theme="error primary" cancel-button-visible
                header=${this._confirming === 'restart' ? 'Restart the server?' : 'Flush the server?'}
                confirm-text=${this._confirming === 'restart' ? 'Restart' : 'Flush'}
                .opened=${!!this._confirming}
                @opened-changed=${event => {
                    if (!event.detail.value) {
                        this._confirming = null;
                    }
                }}
                @confirm=${() => this._confirming === 'restart' ? this._restart() : this._flush()}
                message="All keys in all of its databases are deleted."></vaadin-confirm-dialog>`;
    }

    _restart() {
        return this._do(() => this.call('restartServer', { client: this._client }), 'The server was restarted');
    }

    _flush() {
        return this._do(() => this.call('flush', { client: this._client }), 'The server is empty now');
    }

    async _do(action, message) {
        this._busy = true;
        const done = await this.attempt(action);
        this._busy = false;
        if (done) {
            notifier.showInfoMessage(message);
            await this._ask();
        }
    }
}

customElements.define('qwc-redis-multiplexer-dev-services', QwcRedisMultiplexerDevServices);
