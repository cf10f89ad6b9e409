import { RedisMultiplexerPage, html, css, nothing } from './redis-multiplexer-page.js';
import './redis-multiplexer-chart.js';
import '@qomponent/qui-badge';

const POINTS = 120;

/** The nodes of a client and their lanes with their figures, and charts of the last two minutes. */
export class QwcRedisMultiplexerClients extends RedisMultiplexerPage {

    static styles = [RedisMultiplexerPage.styles, css`
        .charts { display: flex; flex-wrap: wrap; gap: var(--lumo-space-m); }
        .facts { display: flex; gap: var(--lumo-space-xl); flex-wrap: wrap; }
        .facts b { font-size: var(--lumo-font-size-xl); font-variant-numeric: tabular-nums; display: block; font-weight: 500; }
    `];

    constructor() {
        super();
        this._histories = new Map();
    }

    /** The figures are totals since the start; what happened within a second is their difference. */
    clientsRefreshed() {
        const now = Date.now();
        for (const client of this._clients) {
            const history = this._histories.get(client.name) ?? { points: [], lanes: new Map() };
            this._histories.set(client.name, history);
            const seconds = (now - history.time) / 1000;
            let commands = 0, flushes = 0;
            const lanes = lanesByKey(client);
            for (const [key, lane] of lanes) {
                const before = history.lanes.get(key);
                // After a restart of the application the totals begin anew.
                const known = before && lane.commands >= before.commands && lane.flushes >= before.flushes;
                lane.written = known ? lane.commands - before.commands : 0;
                lane.perSecond = known ? lane.written / seconds : 0;
                commands += lane.written;
                flushes += known ? lane.flushes - before.flushes : 0;
            }
            history.lanes = lanes;
            if (history.time) {
                history.points = [...history.points, [
                    now,
                    Math.round(commands / seconds),
                    flushes === 0 ? 0 : +(commands / flushes).toFixed(1),
                    total(lanesOf(client), 'inFlight'),
                    total(lanesOf(client), 'pending')
                ]].slice(-POINTS);
            }
            history.time = now;
        }
        this.requestUpdate();
    }

    render() {
        const status = this.status;
        return html`
            <div class="bar">${this.renderSelector()}</div>
            ${status ? this._renderClient(status, this._histories.get(status.name)?.points ?? []) : html`<p>This application has no Redis client with a server.</p>`}`;
    }

    _renderClient(client, points) {
        const last = points.at(-1) ?? [0, 0, 0, 0, 0];
        const column = index => points.map(point => [point[0], point[index]]);
        return html`
            <div class="facts">
                <span><b id="running">${client.running ? 'running' : 'stopped'}</b>client</span>
                <span><b id="per-second">${last[1]}</b>commands/s</span>
                <span><b id="batch">${last[2]}</b>commands per batch</span>
                <span><b>${last[3]}</b>in flight</span>
                <span><b id="reconnects">${reconnects(lanesOf(client))}</b>reconnects</span>
                <span><b>${total(client.nodes, 'dedicatedConnections')}</b>dedicated connections</span>
                <span><b id="subscriptions">${total(client.nodes, 'subscriptions')}</b>subscriptions</span>
            </div>
            <div class="charts">
                <redis-multiplexer-chart label="Commands/s" .series=${['commands/s']} .points=${column(1)}></redis-multiplexer-chart>
                <redis-multiplexer-chart label="Commands per batch" .series=${['commands']} .points=${column(2)}></redis-multiplexer-chart>
                <redis-multiplexer-chart label="Waiting" .series=${['in flight', 'backlog']}
                    .points=${points.map(point => [point[0], point[3], point[4]])}></redis-multiplexer-chart>
            </div>
            <table id="lanes">
                <thead><tr>
                    <th>Lane</th><th>State</th><th class="number">Commands/s</th><th class="number">Commands</th>
                    <th class="number">Per batch</th><th class="number">In flight</th><th class="number">Backlog</th>
                    <th class="number">Reconnects</th><th>Last error</th>
                </tr></thead>
                ${client.nodes.map(node => html`<tbody>${this._renderNode(node)}${node.lanes.map(lane => this._renderLane(lane))}</tbody>`)}
            </table>
            ${lanesOf(client).length === 0 ? html`<p class="quiet">No lane has been used yet.</p>` : nothing}`;
    }

    _renderNode(node) {
        const facts = [identity(node), count(node.dedicatedConnections, 'dedicated connection'), count(node.subscriptions, 'subscription')];
        return html`<tr class="node"><th colspan="9">${node.address} <span class="quiet">${facts.filter(fact => fact).join(', ')}</span></th></tr>`;
    }

    _renderLane(lane) {
        return html`<tr>
            <td>${lane.index}</td>
            <td class="state"><qui-badge level=${level(lane.state)} small><span>${lane.state}</span></qui-badge></td>
            <td class="number">${Math.round(lane.perSecond ?? 0)}</td>
            <td class="number">${lane.commands}</td>
            <td class="number">${lane.flushes === 0 ? '' : (lane.commands / lane.flushes).toFixed(1)}</td>
            <td class="number">${lane.inFlight}</td>
            <td class="number">${lane.pending}</td>
            <td class="number">${reconnects([lane])}</td>
            <td class="quiet">${lane.lastError ?? ''}</td>
        </tr>`;
    }
}

const lanesOf = client => client.nodes.flatMap(node => node.lanes);

const lanesByKey = client => new Map(client.nodes.flatMap(node => node.lanes.map(lane => [`${node.address} ${lane.index}`, lane])));

const total = (parts, figure) => parts.reduce((sum, part) => sum + part[figure], 0);

const count = (number, thing) => number === 1 ? `1 ${thing}` : `${number} ${thing}s`;

/** What the server says that it is, if it says so. */
const identity = node => [node.server, node.version, node.role === 'UNKNOWN' ? '' : node.role.toLowerCase()].filter(word => word).join(' ');

const reconnects = lanes => lanes.reduce((sum, lane) => sum + Math.max(0, lane.connects - 1), 0);

function level(state) {
    switch (state) {
        case 'READY': return 'success';
        case 'BACKING_OFF': return 'error';
        case 'CONNECTING': case 'HANDSHAKING': return 'warning';
        default: return 'contrast';
    }
}

customElements.define('qwc-redis-multiplexer-clients', QwcRedisMultiplexerClients);
