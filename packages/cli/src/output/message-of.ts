import { withHints } from '@keyturn/lambda-entry/parts';

/** The options that set something for one command, by the key of the setting. */
const FLAGS = { endpoint: '--endpoint', superuserSecret: '--superuser-secret' };

/** Whatever says something about settings: an error, a refusal, an event. */
export interface AboutSettings {
  readonly message: string;
  readonly settings?: readonly string[] | undefined;
}

/** A message, and how the settings that it is about are set here. */
export function messageOf({ message, settings }: AboutSettings): string {
  return withHints(message, settings, { flags: FLAGS });
}
