import { utf8Length } from './user-name.js';
import { makeJsonVisible } from './visible-text.js';

/** How many bytes an event may have as JSON. Lambda's log takes 256 KiB a line. */
export const MOST_EVENT_BYTES = 131_072;
/** How long a text may be in an event that is too long otherwise. */
const MOST_TEXT = 4_000;

/** What {@link boundEvent} adds where it has cut a list. */
export interface CutLists {
  /** How long each list was that had to be cut. */
  readonly cut?: Readonly<Record<string, number>>;
}

/**
 * An event that is short enough for every log. Most are, and stay as they are: whoever makes one tells at most so many
 * things and counts the others. In one that is too long all the same, texts and then lists are cut, and say so.
 */
export function boundEvent<Event extends object>(
  event: Event,
  most = MOST_EVENT_BYTES,
): Event & CutLists {
  if (lengthOf(event) <= most) return event;
  const fields = new Map(
    Object.entries(event).map(([key, value]) => [key, withShortTexts(value)] as const),
  );
  const cut: Record<string, number> = {};
  const whole = (): Event & CutLists => {
    const lists = Object.keys(cut).length === 0 ? {} : { cut };
    return { ...(Object.fromEntries(fields) as Event), ...lists };
  };
  while (lengthOf(whole()) > most) {
    const longest = longestList(fields);
    if (longest === undefined) break;
    const [key, list] = longest;
    cut[key] ??= list.length;
    fields.set(key, list.slice(0, Math.floor(list.length / 2)));
  }
  return whole();
}

function longestList(
  fields: ReadonlyMap<string, unknown>,
): readonly [string, readonly unknown[]] | undefined {
  const lists = [...fields].flatMap(([key, value]) =>
    Array.isArray(value) && value.length > 0
      ? [{ key, list: value as readonly unknown[], length: lengthOf(value) }]
      : [],
  );
  const [longest] = lists.sort((a, b) => b.length - a.length);
  return longest && [longest.key, longest.list];
}

function lengthOf(value: object): number {
  // As it is written: hidden characters take up to six bytes each.
  return utf8Length(makeJsonVisible(JSON.stringify(value)));
}

/** Texts, lists of texts, and lists of things whose fields are texts: events hold nothing deeper. */
function withShortTexts(value: unknown, depth = 2): unknown {
  if (typeof value === 'string') return short(value);
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => withShortTexts(each, depth - 1));
  const fields = Object.entries(value).map(([key, field]: [string, unknown]) => {
    return [key, withShortTexts(field, depth - 1)] as const;
  });
  return Object.fromEntries(fields);
}

function short(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  return `${text.slice(0, MOST_TEXT)} ... and ${text.length - MOST_TEXT} more characters`;
}
