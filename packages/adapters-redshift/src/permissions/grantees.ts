/** Whose explicit permissions are read. */
export interface Grantees {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly everybody: boolean;
}

/** One user alone. */
export function userAlone(user: string): Grantees {
  return { users: [user], groups: [], roles: [], everybody: false };
}

/**
 * The condition that picks the rows of these from a view with `<prefix>_type` and `<prefix>_name`. Type and name
 * belong together: a user and a group may have the same name.
 */
export function granteeFilter(
  { users, groups, roles, everybody }: Grantees,
  prefix = 'identity',
): { readonly where: string; readonly parameters: readonly string[] } {
  const parameters: string[] = [];
  const named = [
    { type: 'user', names: users },
    { type: 'group', names: groups },
    { type: 'role', names: roles },
  ].flatMap(({ type, names }) => {
    if (names.length === 0) return [];
    const places = names.map((name) => `$${parameters.push(name)}`);
    return [`${prefix}_type = '${type}' AND ${prefix}_name IN (${places.join(', ')})`];
  });
  const all = everybody ? [...named, `${prefix}_type = 'public'`] : named;
  return { where: all.map((each) => `(${each})`).join(' OR '), parameters };
}
