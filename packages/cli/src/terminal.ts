import { layOut } from './output/lay-out.js';
import type { Shown } from './output/shown.js';

/** The world as the command sees it. Tests bring their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Makes a profile the one of this process. The SDK reads the profile's `endpoint_url` for AWS_PROFILE alone, not for
   * the `profile` of a client (@aws-sdk/client-secrets-manager 3.1163.0).
   */
  useProfile?(name: string): void;
  /** Characters in a line; 80 where nobody says. */
  readonly columns: number;
  /** Where the terminal on standard output breaks lines by itself, in characters; left out where it is no terminal. */
  readonly edge?: number | undefined;
  /** Whether colours are wanted on standard output. */
  readonly colours: boolean;
  /** Whether somebody can be asked. */
  readonly interactive: boolean;
  /** Whether standard error is a terminal, on which a line can be drawn over. */
  readonly live: boolean;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Gets no control characters but line breaks, keyturn's own styles, and on standard error what draws a line over. */
  out(text: string): void;
  err(text: string): void;
  /** Asks a question that is answered with yes or no. */
  ask(question: string): Promise<boolean>;
  /** Asks for a text, given back as it was typed; undefined where nobody answers. */
  askText(question: string): Promise<string | undefined>;
  /** All of standard input. */
  readInput(): Promise<string>;
}

/** A {@link Terminal} that takes only texts which are fit for one: all that the commands get to print on. */
export interface Screen extends Omit<Terminal, 'out' | 'err' | 'ask' | 'askText'> {
  out(text: Shown): void;
  err(text: Shown): void;
  ask(question: Shown): Promise<boolean>;
  askText(question: Shown): Promise<string | undefined>;
}

/** The screen of a terminal. */
export function screenOf(terminal: Terminal): Screen {
  return {
    ...terminal,
    out: (text) => terminal.out(layOut(text, terminal.edge)),
    err: (text) => terminal.err(layOut(text, terminal.edge)),
    ask: (question) => terminal.ask(String(question)),
    askText: (question) => terminal.askText(String(question)),
  };
}
