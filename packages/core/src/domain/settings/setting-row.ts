/**
 * One setting, whole: everything that reads, checks, explains or documents it goes by its row. The key is the row's
 * name in the table, its meaning the comment above it, which the editor and `docs/settings.md` show.
 */
export interface SettingRow<T> {
  /** The environment variable that sets it on a function. */
  readonly variable: string;
  readonly form: SettingForm<T>;
  /** What counts where nobody sets it. Without one, the use decides, and `shown` says how. */
  readonly default?: T;
  /** The default in words, where its value would not say it. */
  readonly shown?: string;
  /** The one strategy that reads it. Default: every strategy. */
  readonly strategy?: 'single user' | 'alternating users';
}

/** What a setting may hold, given in code and in the environment alike. */
export interface SettingForm<T> {
  /** The end of "has to be ...". */
  readonly words: string;
  /** The value that a text stands for, as code would give it; anything unfit for a text that stands for none. */
  readonly fromText: (text: string) => unknown;
  /** The value to go on with; undefined for one that is not fit. */
  readonly check: (value: unknown) => T | undefined;
}

/** Settings by key. */
export type SettingTable = Readonly<Record<string, SettingRow<unknown>>>;

/** What may be given for the rows of a table. A key that is undefined counts as one that is not given. */
export type GivenSettings<Table> = {
  readonly [Key in keyof Table]?: ValueOf<Table[Key]> | undefined;
};

/** What counts for the rows of a table, every default filled in. */
export type ResolvedTable<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends { readonly default: unknown }
    ? ValueOf<Table[Key]>
    : ValueOf<Table[Key]> | undefined;
};

/** The rows of a table that one strategy reads and no other. */
export type RowsOf<Table, Strategy> = {
  readonly [
    Key in keyof Table as Table[Key] extends { readonly strategy: Strategy } ? Key : never
  ]: Table[Key];
};

type ValueOf<Row> = Row extends { readonly form: SettingForm<infer T> } ? T : never;
