import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.js';

/** The terminal of this process. The first Ctrl-C asks a running command to stop; the second ends it. */
export function processTerminal(): Terminal {
  const { env, stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosed);
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const askText = async (question: string): Promise<string | undefined> => {
    const readline = createInterface({ input: stdin, output: stdout });
    try {
      return await readline.question(`${question} `, { signal: controller.signal });
    } catch {
      return undefined;
    } finally {
      readline.close();
    }
  };
  return {
    env,
    useProfile: (name) => void (env['AWS_PROFILE'] = name),
    columns: stdout.columns || 80,
    edge: stdout.isTTY ? stdout.columns || 80 : undefined,
    colours: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    interactive: stdin.isTTY && stdout.isTTY,
    live: stderr.isTTY && env['TERM'] !== 'dumb',
    interrupted: controller.signal,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ask: async (question) => /^y(es)?$/i.test((await askText(`${question} [y/N]`))?.trim() ?? ''),
    askText,
    readInput: () => text(stdin),
  };
}

/** A reader such as `head` may have gone; what was begun on a secret is brought to its end all the same. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
