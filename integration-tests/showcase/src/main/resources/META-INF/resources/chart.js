/** The last minute of one rate per client, as lines on a canvas. */
export class Chart {

  static SECONDS = 60;

  constructor(canvas) {
    this.canvas = canvas;
    this.lines = new Map();
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** @param rates by client; clients that are not in it are forgotten */
  add(rates) {
    const lines = new Map();
    for (const [name, rate] of rates) {
      lines.set(name, [...(this.lines.get(name) ?? []), rate].slice(-Chart.SECONDS - 1));
    }
    this.lines = lines;
    this.draw();
  }

  static color(index) {
    return getComputedStyle(document.documentElement).getPropertyValue(index === 0 ? '--accent' : '--other').trim();
  }

  draw() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const scale = devicePixelRatio;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const pen = this.canvas.getContext('2d');
    pen.scale(scale, scale);
    const area = { left: 44, top: 10, width: width - 50, height: height - 32 };
    const top = Chart.roundUp(Math.max(10, ...[...this.lines.values()].flat()));
    this.grid(pen, area, top);
    [...this.lines.values()].forEach((rates, index) => this.line(pen, area, top, rates, Chart.color(index)));
  }

  grid(pen, area, top) {
    const style = getComputedStyle(document.documentElement);
    pen.font = '11px system-ui, sans-serif';
    pen.strokeStyle = style.getPropertyValue('--line');
    pen.fillStyle = style.getPropertyValue('--dim');
    pen.textBaseline = 'middle';
    pen.textAlign = 'right';
    for (let step = 0; step <= 4; step++) {
      const y = Math.round(area.top + area.height * (1 - step / 4)) + 0.5;
      pen.beginPath();
      pen.moveTo(area.left, y);
      pen.lineTo(area.left + area.width, y);
      pen.stroke();
      pen.fillText(Chart.short(top * step / 4), area.left - 8, y);
    }
    pen.textAlign = 'left';
    pen.fillText('1 min ago', area.left, area.top + area.height + 14);
    pen.textAlign = 'right';
    pen.fillText('now', area.left + area.width, area.top + area.height + 14);
  }

  line(pen, area, top, rates, color) {
    const bottom = area.top + area.height;
    const x = index => area.left + area.width * (1 - (rates.length - 1 - index) / Chart.SECONDS);
    const y = rate => bottom - area.height * rate / top;
    pen.beginPath();
    rates.forEach((rate, index) => pen.lineTo(x(index), y(rate)));
    pen.strokeStyle = color;
    pen.lineWidth = 2;
    pen.lineJoin = 'round';
    pen.stroke();
    pen.lineTo(x(rates.length - 1), bottom);
    pen.lineTo(x(0), bottom);
    pen.globalAlpha = 0.12;
    pen.fillStyle = color;
    pen.fill();
    pen.globalAlpha = 1;
  }

  /** To 1, 2, 4 or 8 times a power of ten, which four steps divide well. */
  static roundUp(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 4, 8, 10].map(factor => factor * power).find(rounded => rounded >= value);
  }

  static short(value) {
    return value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : `${value}`;
  }
}
