import type { ColdStartFigure } from './measure/cold-start.js';
import type { Timeline } from './measure/timeline.js';

/** Of every picture, in pixels. */
export const WIDTH = 760;
const LEFT = 150;
const RIGHT = 20;
export const COLOURS = {
  ok: '#2b8a3e',
  failed: '#c92a2a',
  step: '#d0ebff',
  label: '#5f3dc4',
  ink: '#212529',
};

/** Steps, sign-ins and the move of AWSCURRENT of several rotations, one below the other. */
export function drawTimelines(timelines: readonly Timeline[]): string {
  const rowHeight = 96;
  const longest = Math.max(...timelines.map(({ endsAt }) => endsAt));
  const x = (ms: number) => LEFT + (ms / longest) * (WIDTH - LEFT - RIGHT);
  const rows = timelines.map(({ title, steps, signIns, labelMovedAt }, row) => {
    const top = 30 + row * rowHeight;
    return [
      text(8, top + 34, title, 'bold'),
      ...steps.flatMap(({ name, from, to }) => [
        rect(x(from), top + 18, Math.max(1, x(to) - x(from)), 22, COLOURS.step),
        caption(x(from) + 2, top + 14, name.replace('Secret', '')),
      ]),
      text(8, top + 60, 'sign-ins', 'normal', 11),
      ...signIns.map(({ at, ok }) =>
        rect(x(at), top + 48, 2, 16, ok ? COLOURS.ok : COLOURS.failed),
      ),
      rect(x(labelMovedAt), top + 10, 1.5, 60, COLOURS.label),
      caption(x(labelMovedAt) + 4, top + 78, 'AWSCURRENT moves'),
    ].join('\n');
  });
  const height = 40 + timelines.length * rowHeight;
  return svg(height, [
    text(
      8,
      18,
      `Green: a client signs in with AWSCURRENT. Red: it is refused. ${Math.round(longest)} ms in all.`,
    ),
    ...rows,
  ]);
}

/** Where the time of a cold start goes. */
export function drawColdStart(figures: readonly ColdStartFigure[]): string {
  const longest = Math.max(...figures.map(({ coldMs }) => coldMs.median));
  const scale = (WIDTH - LEFT - RIGHT) / longest;
  const rows = figures.map((figure, row) => {
    const top = 36 + row * 56;
    const parts = partsOf(figure);
    let left = LEFT;
    const bars = parts.map(({ name, ms, colour }) => {
      const width = Math.max(0, ms) * scale;
      const bar = rect(left, top, width, 24, colour);
      // A part too small to see would only write over its neighbour's caption.
      const what = width < 1 ? '' : caption(left + 3, top + 38, `${name} ${Math.round(ms)}`);
      left += width;
      return `${bar}\n${what}`;
    });
    return [text(8, top + 16, `Node ${figure.node}`, 'bold'), ...bars].join('\n');
  });
  return svg(44 + figures.length * 56, [
    text(
      8,
      18,
      'From the start of a process to its first createSecret answered, in milliseconds (medians)',
    ),
    ...rows,
  ]);
}

function partsOf({ bareNodeMs, coldMs, loadMs, handlerMs }: ColdStartFigure) {
  const node = bareNodeMs.median;
  const load = loadMs?.median ?? 0;
  const handler = handlerMs?.median ?? 0;
  return [
    { name: 'bare Node', ms: node, colour: '#ced4da' },
    { name: 'bundle', ms: load, colour: '#a5d8ff' },
    { name: 'createSecret', ms: handler, colour: '#b2f2bb' },
    { name: 'rest', ms: coldMs.median - node - load - handler, colour: '#ffec99' },
  ];
}

/** A character of a caption is about this wide, in pixels. */
const CAPTION_CHARACTER = 6;

/** Small words right of `x`, moved to the left where the picture would cut them off. */
function caption(x: number, y: number, content: string): string {
  const furthest = WIDTH - content.length * CAPTION_CHARACTER;
  return text(Math.min(x, furthest), y, content, 'normal', 10);
}

export function svg(height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif">`,
    rect(0, 0, WIDTH, height, '#ffffff'),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

export function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${height}" fill="${fill}"/>`;
}

export function text(x: number, y: number, content: string, weight = 'normal', size = 12): string {
  return `<text x="${x.toFixed(1)}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${COLOURS.ink}">${content}</text>`;
}
