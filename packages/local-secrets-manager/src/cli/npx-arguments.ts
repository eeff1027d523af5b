/** Options whose value tells by its form which option it belongs to. */
const BY_FORM: readonly (readonly [option: string, form: RegExp])[] = [
  ['--port', /^\d+$/],
  ['--function', /^[^=]+=.+$/s],
];

/**
 * `npx --no keyturn-secrets-manager --port 5100` does not hand on options: npm takes `--no` for an option with a
 * value and the rest for settings of its own. It leaves the bare values as arguments, and `--name=value` in the
 * environment. This puts the command line together again as far as that goes.
 *
 * @throws Error when it cannot know which option a value belongs to; the message says what to type instead.
 */
export function argumentsBehindNpx(
  given: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  options: readonly string[],
): readonly string[] {
  const isNpx = env['npm_command'] === 'exec' && env['npm_lifecycle_event'] === 'npx';
  if (!isNpx || given.some((argument) => argument.startsWith('-'))) return given;
  const fromSettings = options.flatMap((option) =>
    settingsOf(option, env).map((value) => `${option}=${value}`),
  );
  const swallowed = options.filter((option) => settingsOf(option, env, true).length > 0);
  const fromValues = given.map((value) => {
    const [option] = BY_FORM.find(
      ([name, form]) => swallowed.includes(name) && form.test(value),
    ) ?? [undefined];
    const others = swallowed.filter((name) => !BY_FORM.some(([known]) => known === name));
    if (option === undefined || others.length > 0) throw unclear(value);
    return `${option}=${value}`;
  });
  return [...fromSettings, ...fromValues];
}

/** What npm made of an option: its values, or with `bare` the times it stood without one. */
function settingsOf(
  option: string,
  env: Readonly<Record<string, string | undefined>>,
  bare = false,
): readonly string[] {
  const setting = env[`npm_config_${option.replace(/^--/, '').replaceAll('-', '_')}`];
  const values = setting === undefined ? [] : setting.split('\n\n');
  return values.filter((value) => (value === 'true') === bare);
}

const unclear = (value: string) =>
  new Error(
    `npm kept the options to itself, and it is unclear what ${value} belongs to: ` +
      'write npx --no -- keyturn-secrets-manager and the options after it',
  );
