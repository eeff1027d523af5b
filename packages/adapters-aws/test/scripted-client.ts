import type { SecretsManagerLike } from '../src/index.js';

/** A client that answers with the given outcomes, one after the other, the last one for ever; errors are thrown. */
export function scriptedClient(...outcomes: readonly unknown[]) {
  const sent: unknown[] = [];
  const send = async (command: { readonly input: unknown }) => {
    const outcome = outcomes[Math.min(sent.push(command.input), outcomes.length) - 1];
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { client: { send } as unknown as SecretsManagerLike, sent };
}

/** An error as the SDK throws it. */
export function fault(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name, $fault: 'client' });
}
