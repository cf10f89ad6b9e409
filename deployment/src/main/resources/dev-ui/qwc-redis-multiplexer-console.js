import { RedisMultiplexerPage, html, css, nothing, count } from './redis-multiplexer-page.js';
import '@vaadin/button';

const SUGGESTIONS = 8;
const HISTORY = 200;
const TRANSCRIPT = 500;

/** A redis-cli in the page. */
export class QwcRedisMultiplexerConsole extends RedisMultiplexerPage {

    static properties = {
        _transcript: { state: true },
        _line: { state: true },
        _chosen: { state: true },
        _commands: { state: true }
    };

    static styles = [RedisMultiplexerPage.styles, css`
        .transcript {
            flex: 1; min-height: 120px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
            background: var(--lumo-contrast-5pct); border-radius: var(--lumo-border-radius-m); padding: var(--lumo-space-m);
        }
        .prompt { color: var(--lumo-primary-text-color); }
        input {
            width: 100%; box-sizing: border-box; border: 0; outline: 0; background: transparent; color: var(--lumo-body-text-color);
            font-size: var(--lumo-font-size-m);
        }
        .input {
            display: flex; gap: var(--lumo-space-s); align-items: baseline; background: var(--lumo-contrast-5pct);
            border-radius: var(--lumo-border-radius-m); padding: var(--lumo-space-s) var(--lumo-space-m);
        }
        .line { position: relative; }
        .suggestions {
            position: absolute; z-index: 1; bottom: 100%; left: 0; right: 0; background: var(--lumo-base-color);
            border-radius: var(--lumo-border-radius-m); box-shadow: var(--lumo-box-shadow-m);
        }
        .suggestion { padding: 2px var(--lumo-space-m); cursor: pointer; border-radius: var(--lumo-border-radius-s);
            white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .suggestion.chosen { background: var(--lumo-primary-color-10pct); }
    `];

    constructor() {
        super();
        this._transcript = [];
        this._line = '';
        this._chosen = 0;
        this._commands = [];
        this._history = JSON.parse(this._storage.get('history') ?? '[]');
        this._recalled = this._history.length;
    }

    async clientSelected() {
        this._commands = (await this.jsonRpc.commands({ client: this._client })).result;
    }

    firstUpdated() {
        this._input.focus();
    }

    get _input() {
        return this.renderRoot.querySelector('input');
    }

    render() {
        const suggestions = this._suggestions();
        return html`
            <div class="bar">
                ${this.renderSelector()}
                <span class="grow"></span>
                <vaadin-button theme="tertiary small" @click=${() => this._transcript = []}>Clear</vaadin-button>
                <vaadin-button theme="tertiary small" @click=${this._forget}>Forget history</vaadin-button>
            </div>
            <div class="transcript code" id="transcript">${this._transcript.map(entry => html`<div
                ><span class="prompt">${entry.prompt}&gt; </span>${entry.line}</div
                >${entry.waiting ? html`<div class="quiet waiting">waiting for the reply ...</div>` : this._renderReply(entry)}`)}</div>
            ${this.renderError()}
            <div class="line"><label class="input code"><span class="prompt">&gt;</span>
                <input id="line" class="code" autocomplete="off" spellcheck="false" .value=${this._line}
                    aria-label="Command" placeholder="A command, such as SET greeting hello. Tab completes, arrows recall."
                    @input=${this._typed} @keydown=${this._key}>
            </label>
            <div class="suggestions code" id="suggestions" ?hidden=${suggestions.length === 0}>${suggestions.map((command, index) => html`
                <div class="suggestion ${index === this._chosen ? 'chosen' : ''}" title=${command.summary}
                    @click=${() => this._complete(command)}>
                    <b>${command.name}</b> ${command.syntax} <span class="quiet">${command.summary}</span>
                </div>`)}
            </div></div>`;
    }

    _renderReply(entry) {
        return html`<div class="reply ${entry.failed ? 'error' : ''}">${entry.parts.map(part => html`<span>${part}</span>`)}</div>${entry.left > 0
            ? html`<div class="quiet rest">${count(entry.left, 'more character')} ${entry.next
                ? html`<vaadin-button class="more" theme="small" @click=${() => this._more(entry)}>Show more</vaadin-button>`
                : 'are too many to be shown here: use redis-cli.'}</div>` : nothing}`;
    }

    /** The commands that begin with the line; when that is behind the command's name, the command. */
    _suggestions() {
        const typed = this._line.trimStart().toUpperCase();
        if (typed === '') {
            return [];
        }
        const begun = this._commands.filter(command => command.name.startsWith(typed));
        const complete = this._commands.filter(command => (typed + ' ').startsWith(command.name + ' '));
        return [...new Set([...complete, ...begun])].slice(0, SUGGESTIONS);
    }

    _typed(event) {
        this._line = event.target.value;
        this._chosen = 0;
    }

    _key(event) {
        const suggestions = this._suggestions();
        if (event.key === 'Enter') {
            this._run();
        } else if (event.key === 'Tab' && suggestions.length > 0) {
            event.preventDefault();
            const chosen = suggestions[Math.min(this._chosen, suggestions.length - 1)];
            const completes = chosen.name.length > this._line.trim().length;
            if (completes) {
                this._complete(chosen);
            } else {
                this._chosen = (this._chosen + 1) % suggestions.length;
            }
        } else if (event.key === 'ArrowUp') {
            event.preventDefault();
            this._recall(-1);
        } else if (event.key === 'ArrowDown') {
            event.preventDefault();
            this._recall(1);
        }
    }

    _complete(command) {
        this._line = command.name + ' ';
        this._chosen = 0;
        this._input.focus();
    }

    _recall(step) {
        this._recalled = Math.min(Math.max(this._recalled + step, 0), this._history.length);
        this._line = this._history[this._recalled] ?? '';
    }

    /** The server's address, as in redis-cli; several servers go by the name of the client. */
    _prompt() {
        const nodes = this.status?.nodes ?? [];
        return nodes.length === 1 ? nodes[0].address : this._client.replace(/[<>]/g, '');
    }

    /** More lines may be typed meanwhile: SCRIPT KILL ends a script that is waited for. */
    async _run() {
        const line = this._line.trim();
        if (line === '') {
            return;
        }
        this._line = '';
        // Without the line: nobody has looked yet whether it has a password.
        const entry = { prompt: this._prompt(), line: '', parts: [], waiting: true };
        this._append(entry);
        try {
            const answer = (await this.jsonRpc.execute({ client: this._client, line })).result;
            this._update(entry, { line: answer.line, parts: [answer.reply], failed: answer.failed, next: answer.next, left: answer.left });
            if (answer.kept) {
                this._remember(line);
            }
        } catch (failure) {
            this._update(entry, { parts: ['(error) ' + (failure.error?.message ?? failure)], failed: true });
        } finally {
            this._recalled = this._history.length;
        }
    }

    async _more(entry) {
        const part = await this.attempt(() => this.call('more', { next: entry.next }));
        if (part) {
            this._transcript = this._transcript.map(other => other !== entry ? other
                : { ...entry, parts: [...entry.parts, part.text], next: part.next, left: part.left });
        }
    }

    _append(entry) {
        this._transcript = [...this._transcript, entry].slice(-TRANSCRIPT);
        return this._showEnd();
    }

    _update(entry, answer) {
        this._transcript = this._transcript.map(other => other === entry ? { ...entry, ...answer, waiting: false } : other);
        return this._showEnd();
    }

    async _showEnd() {
        await this.updateComplete;
        const transcript = this.renderRoot.querySelector('#transcript');
        transcript.scrollTop = transcript.scrollHeight;
    }

    _remember(line) {
        this._history = [...this._history.filter(other => other !== line), line].slice(-HISTORY);
        this._storage.set('history', JSON.stringify(this._history));
    }

    _forget() {
        this._history = [];
        this._recalled = 0;
        this._storage.remove('history');
    }
}

customElements.define('qwc-redis-multiplexer-console', QwcRedisMultiplexerConsole);
