import { LitElement, html, css } from 'lit';
import 'echarts/dist/echarts.min.js';
import { themeState } from 'theme-state';

/** A line chart over the last minutes. `series` has the names of the lines; `points` are [time, value, value, ...]. */
class RedisMultiplexerChart extends LitElement {

    static properties = {
        label: { type: String },
        series: { attribute: false },
        points: { attribute: false }
    };

    static styles = css`
        :host { display: block; min-width: 260px; flex: 1; }
        .chart { width: 100%; height: 180px; }
    `;

    constructor() {
        super();
        this.series = [];
        this.points = [];
        this._onTheme = () => this.requestUpdate();
        this._onResize = new ResizeObserver(() => this._chart?.resize());
    }

    connectedCallback() {
        super.connectedCallback();
        themeState.addObserver(this._onTheme);
        this._onResize.observe(this);
    }

    disconnectedCallback() {
        this._onResize.disconnect();
        themeState.removeObserver(this._onTheme);
        super.disconnectedCallback();
    }

    render() {
        return html`<div class="chart"></div>`;
    }

    firstUpdated() {
        this._chart = echarts.init(this.shadowRoot.querySelector('.chart'));
    }

    updated() {
        const style = getComputedStyle(this);
        const text = style.getPropertyValue('--lumo-body-text-color');
        const line = style.getPropertyValue('--lumo-contrast-10pct');
        this._chart.setOption({
            animation: false,
            title: { text: this.label, left: 0, top: 0, textStyle: { color: text, fontSize: 13, fontWeight: 500 } },
            legend: { show: this.series.length > 1, right: 0, top: 0, textStyle: { color: text } },
            tooltip: { trigger: 'axis' },
            grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
            xAxis: { type: 'time', axisLabel: { color: text, hideOverlap: true }, splitLine: { show: false } },
            yAxis: { type: 'value', min: 0, minInterval: 1, axisLabel: { color: text }, splitLine: { lineStyle: { color: line } } },
            series: this.series.map((name, index) => ({
                name, type: 'line', areaStyle: { opacity: 0.15 }, symbolSize: 3,
                // Between two gaps there is no line to be seen.
                showSymbol: this.points.some(point => point[index + 1] === null),
                data: this.points.map(point => [point[0], point[index + 1]])
            }))
        }, { replaceMerge: ['series'] });
    }
}
customElements.define('redis-multiplexer-chart', RedisMultiplexerChart);
