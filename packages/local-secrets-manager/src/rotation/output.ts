import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Takes the lines that rotation functions print; they are the function's own words and may hold anything. */
export type OutputSink = (line: string) => void;

/** Hands on what a process prints, line by line. */
export function forwardOutput(child: ChildProcess, output: OutputSink): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) forwardLines(stream, output);
  }
}

export function forwardLines(stream: Readable, onLine: OutputSink): void {
  createInterface({ input: stream }).on('line', onLine);
}
