import { RedisMultiplexerPage, html, css, nothing, count } from './redis-multiplexer-page.js';
import './redis-multiplexer-chart.js';
import '@qomponent/qui-badge';

const POINTS = 120;

/** The nodes of a client and their lanes with their figures, and charts of the last two minutes. */
export class QwcRedisMultiplexerClients extends RedisMultiplexerPage {

    static styles = [RedisMultiplexerPage.styles, css`
        .charts { display: flex; flex-wrap: wrap; gap: var(--lumo-space-m); }
        .facts { display: flex; gap: var(--lumo-space-s) var(--lumo-space-l); flex-wrap: wrap; }
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
                    // There is no mean of nothing: the line has a gap.
                    flushes === 0 ? null : +(commands / flushes).toFixed(1),
                    total(lanesOf(client), 'inFlight'),
                    total(lanesOf(client), 'pending') + client.routing.waiting
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
            ${status ? this._renderClient(status, this._histories.get(status.name)?.points ?? []) : html`<p id="none">This application has no Redis client with a server.</p>`}`;
    }

    _renderClient(client, points) {
        const last = points.at(-1) ?? [0, 0, null, 0, 0];
        const column = index => points.map(point => [point[0], point[index]]);
        return html`
            <div class="facts">
                <span><b id="running">${client.running ? 'running' : 'stopped'}</b>client</span>
                <span><b id="per-second">${last[1]}</b>commands/s</span>
                <span><b id="batch">${last[2] ?? '–'}</b>commands per batch</span>
                <span><b>${last[3]}</b>in flight</span>
                <span><b id="reconnects">${reconnects(lanesOf(client))}</b>reconnects</span>
                <span><b id="connections">${total(client.nodes, 'connections')}</b>connections</span>
                <span><b>${total(client.nodes, 'dedicatedConnections')}</b>dedicated connections</span>
                <span><b id="subscriptions">${total(client.nodes, 'subscriptions')}</b>subscriptions</span>
            </div>
            <div class="charts">
                <redis-multiplexer-chart label="Commands/s" .series=${['commands/s']} .points=${column(1)}></redis-multiplexer-chart>
                <redis-multiplexer-chart label="Commands per batch" .series=${['commands']} .points=${column(2)}></redis-multiplexer-chart>
                <redis-multiplexer-chart label="Waiting" .series=${['in flight', 'backlog']}
                    .points=${points.map(point => [point[0], point[3], point[4]])}></redis-multiplexer-chart>
            </div>
            <div class="scroll"><table id="lanes">
                <thead><tr>
                    <th>Lane</th><th>State</th><th class="number wide">Commands/s</th><th class="number wide">Commands</th>
                    <th class="number wide">Per batch</th><th class="number wide">In flight</th><th class="number wide">Backlog</th>
                    <th class="number">Connects</th><th class="wide">Last error</th>
                </tr></thead>
                ${client.nodes.map(node => html`<tbody>${this._renderNode(node)}${node.lanes.map(lane => this._renderLane(lane))}${this._renderOthers(node)}</tbody>`)}
                ${this._renderRouting(client.routing)}
            </table></div>
            ${lanesOf(client).length === 0 ? html`<p class="quiet">No lane has been used yet.</p>` : nothing}`;
    }

    /** What no lane has; nothing if that has never been. */
    _renderRouting({ waiting, failures }) {
        const failed = Object.entries(failures).filter(([, commands]) => commands > 0).map(([reason, commands]) => `${commands} ${reason}`);
        return waiting === 0 && failed.length === 0 ? nothing : html`<tbody id="routing"><tr class="other">
            <td colspan="2">on no lane</td>
            <td class="wide"></td><td class="wide"></td><td class="wide"></td><td class="wide"></td>
            <td class="number wide waiting">${waiting}</td>
            <td class="number"></td>
            <td class="quiet wide failed">${failed.length === 0 ? '' : `failed: ${failed.join(', ')}`}</td>
        </tr></tbody>`;
    }

    _renderNode(node) {
        const facts = [identity(node), count(node.dedicatedConnections, 'dedicated connection'), count(node.subscriptions, 'subscription')];
        return html`<tr class="node"><th colspan="9">${node.address} <span class="quiet">${facts.filter(fact => fact).join(', ')}</span></th></tr>`;
    }

    _renderLane(lane) {
        return html`<tr>
            <td>${lane.index}</td>
            <td class="state">${badge(lane.state)}</td>
            <td class="number wide">${Math.round(lane.perSecond ?? 0)}</td>
            <td class="number wide">${lane.commands}</td>
            <td class="number wide">${lane.flushes === 0 ? '' : (lane.commands / lane.flushes).toFixed(1)}</td>
            <td class="number wide">${lane.inFlight}</td>
            <td class="number wide">${lane.pending}</td>
            <td class="number connects">${lane.connects}</td>
            <td class="quiet wide">${lane.lastError ?? ''}</td>
        </tr>${lane.sideTrack.connects > 0 || lane.sideTrack.state !== 'IDLE'
            ? this._renderOther('side-track', `${lane.index}, large replies`, badge(lane.sideTrack.state), lane.sideTrack) : nothing}`;
    }

    /** The connections to a node that are no lanes. */
    _renderOthers(node) {
        return html`
            ${node.subscriptionConnections.map(connection => this._renderOther('subscribing', 'subscriptions', badge(connection.state), connection))}
            ${node.dedicated.connects > 0 || node.dedicated.lastError
                ? this._renderOther('dedicated', 'dedicated', `${node.dedicated.lent} lent, ${node.dedicated.open - node.dedicated.lent} idle`, node.dedicated) : nothing}`;
    }

    _renderOther(kind, name, state, figures) {
        return html`<tr class="other ${kind}">
            <td>${name}</td>
            <td class="state">${state}</td>
            <td class="wide"></td><td class="wide"></td><td class="wide"></td><td class="wide"></td><td class="wide"></td>
            <td class="number connects">${figures.connects}</td>
            <td class="quiet wide">${figures.lastError ?? ''}</td>
        </tr>`;
    }
}

const lanesOf = client => client.nodes.flatMap(node => node.lanes);

const lanesByKey = client => new Map(client.nodes.flatMap(node => node.lanes.map(lane => [`${node.address} ${lane.index}`, lane])));

const total = (parts, figure) => parts.reduce((sum, part) => sum + part[figure], 0);

/** What the server says that it is, if it says so. */
const identity = node => [node.server, node.version, node.role === 'UNKNOWN' ? '' : node.role.toLowerCase()].filter(word => word).join(' ');

const reconnects = lanes => lanes.reduce((sum, lane) => sum + Math.max(0, lane.connects - 1), 0);

const badge = state => html`<qui-badge level=${level(state)} small><span>${state}</span></qui-badge>`;

function level(state) {
    switch (state) {
        case 'READY': return 'success';
        case 'BACKING_OFF': return 'error';
        case 'CONNECTING': case 'HANDSHAKING': return 'warning';
        default: return 'contrast';
    }
}

customElements.define('qwc-redis-multiplexer-clients', QwcRedisMultiplexerClients);
