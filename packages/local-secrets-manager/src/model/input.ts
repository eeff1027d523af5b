import { ServiceError } from './service-error.js';

/*
 * Request shapes, written once as data. Parsing gives a typed input, or the two errors that AWS JSON services
 * give: SerializationException for a wrong JSON type, ValidationException for a broken constraint.
 */

/** How one field of a request is read. */
export interface Field<T> {
  readonly parse: (value: unknown, path: string, problems: string[]) => T;
}
/** A field that has to be there. */
export interface RequiredField<T> extends Field<T> {
  readonly required: true;
}
export type AnyField = Field<unknown> & { readonly required?: true };

/** The typed input that a shape describes. */
export type Input<S extends Record<string, AnyField>> = {
  readonly [K in keyof S as S[K] extends RequiredField<unknown> ? K : never]: Parsed<S[K]>;
} & {
  readonly [K in keyof S as S[K] extends RequiredField<unknown> ? never : K]?: Parsed<S[K]>;
};
export type Parsed<F> = F extends Field<infer T> ? T : never;

export interface TextRules {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly oneOf?: readonly string[];
  /** Keeps the value out of the error. */
  readonly sensitive?: boolean;
}

/** Marks a field that has to be there. */
export const required = <T>(field: Field<T>): RequiredField<T> => ({ ...field, required: true });

export const text = (rules: TextRules = {}): Field<string> => ({
  parse(value, path, problems) {
    if (typeof value !== 'string') throw wrongType(value, 'String');
    const complain = (constraint: string) =>
      problems.push(problem(path, rules.sensitive ? undefined : value, constraint));
    if (rules.min !== undefined && value.length < rules.min) {
      complain(`Member must have length greater than or equal to ${rules.min}`);
    }
    if (rules.max !== undefined && value.length > rules.max) {
      complain(`Member must have length less than or equal to ${rules.max}`);
    }
    if (rules.pattern && !rules.pattern.test(value)) {
      complain(`Member must satisfy regular expression pattern: ${rules.pattern.source}`);
    }
    if (rules.oneOf && !rules.oneOf.includes(value)) {
      complain(`Member must satisfy enum value set: [${rules.oneOf.join(', ')}]`);
    }
    return value;
  },
});

export const integer = (rules: { min?: number; max?: number } = {}): Field<number> => ({
  parse(value, path, problems) {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value, 'Long');
    if (rules.min !== undefined && value < rules.min) {
      const constraint = `Member must have value greater than or equal to ${rules.min}`;
      problems.push(problem(path, value, constraint));
    }
    if (rules.max !== undefined && value > rules.max) {
      const constraint = `Member must have value less than or equal to ${rules.max}`;
      problems.push(problem(path, value, constraint));
    }
    return value;
  },
});

export const flag = (): Field<boolean> => ({
  parse(value) {
    if (typeof value !== 'boolean') throw wrongType(value, 'Boolean');
    return value;
  },
});

export const list = <T>(
  member: Field<T>,
  rules: { min?: number; max?: number } = {},
): Field<readonly T[]> => ({
  parse(value, path, problems) {
    if (!Array.isArray(value)) throw wrongType(value, 'List');
    if (rules.min !== undefined && value.length < rules.min) {
      const constraint = `Member must have length greater than or equal to ${rules.min}`;
      problems.push(problem(path, [], constraint));
    }
    if (rules.max !== undefined && value.length > rules.max) {
      const constraint = `Member must have length less than or equal to ${rules.max}`;
      problems.push(problem(path, undefined, constraint));
    }
    return value.map((entry, index) =>
      member.parse(entry, `${path}.${index + 1}.member`, problems),
    );
  },
});

export const structure = <S extends Record<string, AnyField>>(shape: S): Field<Input<S>> => ({
  parse(value, path, problems) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrongType(value, 'Structure');
    }
    const given = value as Record<string, unknown>;
    const parsed: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(shape)) {
      // Fields nobody knows are ignored and null counts as absent, as in every AWS JSON service.
      const entry = Object.hasOwn(given, name) ? given[name] : undefined;
      const memberPath = path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`;
      if (entry !== undefined && entry !== null) {
        parsed[name] = field.parse(entry, memberPath, problems);
      } else if (field.required) {
        problems.push(problem(memberPath, null, 'Member must not be null'));
      }
    }
    return parsed as Input<S>;
  },
});

/**
 * Parses a request body.
 *
 * @throws ServiceError SerializationException or ValidationException.
 */
export function parseInput<S extends Record<string, AnyField>>(
  shape: Field<Input<S>>,
  body: unknown,
): Input<S> {
  const problems: string[] = [];
  const input = shape.parse(body, '', problems);
  if (problems.length > 0) {
    const counted =
      problems.length === 1
        ? '1 validation error detected'
        : `${problems.length} validation errors detected`;
    throw new ServiceError('ValidationException', `${counted}: ${problems.join('; ')}`);
  }
  return input;
}

function problem(path: string, value: unknown, constraint: string): string {
  const shown =
    value === undefined ? 'Value' : `Value ${value === null ? 'null' : `'${String(value)}'`}`;
  return `${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

/** Says the types alone: the value may be a secret. */
function wrongType(value: unknown, wanted: string): ServiceError {
  const found = Array.isArray(value) ? 'List' : value === null ? 'null' : typeof value;
  return new ServiceError('SerializationException', `${found} can not be converted to ${wanted}`);
}

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
