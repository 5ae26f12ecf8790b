"""Draws heads and finality over time, and memory, as an SVG written by hand."""
import html

COLOURS = ("#3366cc", "#dc3912", "#109618", "#ff9900", "#990099", "#0099c6", "#dd4477", "#66aa00")
WIDTH, LEFT, RIGHT = 900, 60, 110
POINTS = 130


def thinned(points):
    step = -(-len(points) // POINTS) or 1
    return points[::step] + (points[-1:] if (len(points) - 1) % step else [])


class Panel:
    def __init__(self, top, height, title, start, end, low, high):
        self.top, self.height, self.title = top, height, title
        self.start, self.end = start, max(end, start + 1)
        self.low, self.high = low, max(high, low + 1)

    def x(self, value):
        return LEFT + (value - self.start) / (self.end - self.start) * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        value = min(max(value, self.low), self.high)
        return self.top + self.height * (1 - (value - self.low) / (self.high - self.low))

    def frame(self):
        right = WIDTH - RIGHT
        parts = [f'<text x="{LEFT}" y="{self.top - 8}" font-weight="bold">{html.escape(self.title)}</text>',
                 f'<rect x="{LEFT}" y="{self.top}" width="{right - LEFT}" height="{self.height}" fill="none" stroke="#999"/>']
        for part in range(5):
            value = self.low + (self.high - self.low) * part / 4
            parts.append(f'<line x1="{LEFT}" x2="{right}" y1="{self.y(value):.1f}" y2="{self.y(value):.1f}" stroke="#eee"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{self.y(value) + 4:.1f}" text-anchor="end">{value:.0f}</text>')
            moment = self.start + (self.end - self.start) * part / 4
            parts.append(f'<text x="{self.x(moment):.1f}" y="{self.top + self.height + 14}" text-anchor="middle">{moment:.0f}</text>')
        return parts

    def line(self, points, colour, dashed=False):
        # A gap in what was seen is a gap in the line.
        pieces, last = [], None
        for x, y in thinned(points):
            command = "L" if last is not None and x - last <= max(3, (self.end - self.start) / 40) else "M"
            pieces.append(f"{command}{self.x(x):.1f} {self.y(y):.1f}")
            last = x
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        return f'<path d="{" ".join(pieces)}" fill="none" stroke="{colour}" stroke-width="1.3"{dash}/>'

    def mark(self, moment, word):
        x = self.x(moment)
        return [f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{self.top}" y2="{self.top + self.height}" stroke="#bbb" stroke-dasharray="2 2"/>',
                f'<text x="{x + 2:.1f}" y="{self.top + 10}" fill="#777" font-size="9">{html.escape(word)}</text>']


def draw(scenario, record):
    """The SVG's text."""
    def slot(sample):
        return (sample["time"] - record.genesis_time) / scenario.slot_seconds - record.base_slot

    nodes = sorted({sample["node"] for sample in record.samples})
    shown = [sample for sample in record.samples if slot(sample) >= -2]
    start, end = -2, record.end_slot - record.base_slot
    base = record.base_slot
    heads = Panel(50, 220, "slot of the head (line) and finalised epoch (dashed), from the scenario's slot 0", start, end,
                  min((s.get("finalized", base) for s in shown), default=base) - base,
                  max((s["head"] for s in shown), default=base) - base)
    behind = [slot(s) + base - s["finalized"] for s in shown if "finalized" in s]
    lag = Panel(330, 130, "slots since the finalised epoch, by the clock", start, end, 0, max(behind, default=5))
    memory = Panel(520, 110, "resident memory, MB", start, end, 0, max((s["rss"] or 0 for s in shown), default=0) / 1e6 * 1.05)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 665" font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="665" fill="white"/>',
             f'<text x="{LEFT}" y="20" font-size="14">{html.escape(scenario.title)} ({scenario.form})</text>']
    for panel in (heads, lag, memory):
        parts += panel.frame()
    marked = None
    for event in record.events:
        place = event["slot"] - base
        if marked is None or place - marked > (end - start) / 40:
            words = event["do"] + (f" {event['node']}" if "node" in event else "")
            parts += heads.mark(place, words)
            marked = place
    for place, node in enumerate(nodes):
        colour = COLOURS[place % len(COLOURS)]
        mine = [sample for sample in shown if sample["node"] == node]
        if not mine:
            continue
        parts.append(heads.line([(slot(s), s["head"] - base) for s in mine], colour))
        parts.append(heads.line([(slot(s), s["finalized"] - base) for s in mine if "finalized" in s], colour, True))
        parts.append(lag.line([(slot(s), slot(s) + base - s["finalized"]) for s in mine if "finalized" in s], colour))
        parts.append(memory.line([(slot(s), s["rss"] / 1e6) for s in mine if s["rss"]], colour))
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{60 + 15 * place}" fill="{colour}">node {node}</text>')
    return "\n".join(parts) + "\n</svg>\n"
