/** An array of text as the server writes it: `{a,"b \"c\", d"}`. Elements of arrays in arrays do not occur here. */
export function parseTextArray(literal: string): readonly string[] {
  const elements = literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,"]+)/g);
  return [...elements].map(([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
}

/** A list of names as search_path has it: names in double quotes may hold commas and doubled quotes. */
export function splitNameList(list: string): readonly string[] {
  const names = list.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,"]+))\s*(?:,|$)/g);
  return [...names].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.trim() ?? '',
  );
}
