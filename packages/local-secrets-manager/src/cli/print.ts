import { makeJsonVisible, makeVisible } from '../visible-text.js';

/** Where the command prints; its other files have no way of their own. */
type Stream = 'stdout' | 'stderr';

/** Prints one line of text; what others put into it is made visible. */
export function printLine(stream: Stream, text: string): void {
  process[stream].write(`${makeVisible(text)}\n`);
}

/** Prints text of several lines, such as a page of help. */
export function printLines(stream: Stream, text: string): void {
  process[stream].write(text.split('\n').map(makeVisible).join('\n'));
}

/** Prints a line of a function's own output, in which tabs are usual. */
export function printOutput(line: string): void {
  printLine('stderr', line.replaceAll('\t', '    '));
}

/** Prints a line of JSON. */
export function printJson(entry: object): void {
  process.stderr.write(`${makeJsonVisible(JSON.stringify(entry))}\n`);
}
