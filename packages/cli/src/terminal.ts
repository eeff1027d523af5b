/** The world as the command sees it. Tests bring their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Characters in a line; 80 where nobody says. */
  readonly columns: number;
  /** Whether colours are wanted on standard output. */
  readonly colours: boolean;
  /** Whether somebody can be asked. */
  readonly interactive: boolean;
  /** Whether standard error is a terminal, on which a line can be drawn over. */
  readonly live: boolean;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  out(text: string): void;
  err(text: string): void;
  /** Asks a question that is answered with yes or no. */
  ask(question: string): Promise<boolean>;
  /** Asks for a text, given back as it was typed; undefined where nobody answers. */
  askText(question: string): Promise<string | undefined>;
  /** All of standard input. */
  readInput(): Promise<string>;
}
