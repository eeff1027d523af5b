import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.js';

/** The terminal of this process. The first Ctrl-C asks a running command to stop; the second ends it. */
export function processTerminal(): Terminal {
  const { env, stdin, stdout, stderr } = process;
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return {
    env,
    columns: stdout.columns || 80,
    colours: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    interactive: stdin.isTTY && stdout.isTTY,
    live: stderr.isTTY && env['TERM'] !== 'dumb',
    interrupted: controller.signal,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    async ask(question) {
      const readline = createInterface({ input: stdin, output: stdout });
      try {
        const answer = await readline.question(`${question} [y/N] `, { signal: controller.signal });
        return /^y(es)?$/i.test(answer.trim());
      } catch {
        return false;
      } finally {
        readline.close();
      }
    },
    readInput: () => text(stdin),
  };
}
