import type { IncomingMessage } from 'node:http';
import type { LocalSecretsManager } from '../local-secrets-manager.js';
import type { Reply } from '../http/reply.js';
import { parseDuration } from './parse-duration.js';

type Route = (input: Readonly<Record<string, unknown>>) => unknown;

export const CONTROL_PREFIX = '/_keyturn/';

/** The control routes, for tests in other languages: the same as the API in process, as JSON over HTTP. */
export function createControlPlane(manager: () => LocalSecretsManager) {
  const routes: Readonly<Record<string, Route>> = {
    'GET health': () => ({ ok: true }),
    'GET state': () => manager().state(),
    'POST reset': () => {
      manager().reset();
      return { ok: true };
    },
    'GET audit': () => manager().auditLog(),
    'GET requests': () => manager().requestLog(),
    'GET clock': () => ({ now: manager().clock.now().toISOString() }),
    'POST clock': async (input) => {
      await moveClock(manager().clock, input);
      return { now: manager().clock.now().toISOString() };
    },
    'GET faults': () => manager().faults.list(),
    'POST faults': (input) => {
      manager().faults.add(input);
      return manager().faults.list();
    },
    'DELETE faults': () => {
      manager().faults.clear();
      return [];
    },
    'POST lag': ({ readMs, replicaMs, forceDeleteMs }) => {
      manager().setLag({
        ...optional('readMs', readMs),
        ...optional('replicaMs', replicaMs),
        ...optional('forceDeleteMs', forceDeleteMs),
      });
      return { ok: true };
    },
    'POST rotation': ({ secretId, timeoutMs }) =>
      manager().waitForRotation(text('secretId', secretId), parseDuration(timeoutMs ?? 60_000)),
    'POST owning-service': ({ secretId, service, tags }) => {
      manager().setOwningService(
        text('secretId', secretId),
        text('service', service),
        optionalTags(tags),
      );
      return { ok: true };
    },
  };

  return async (request: IncomingMessage, text: string): Promise<Reply> => {
    const path = (request.url ?? '').slice(CONTROL_PREFIX.length).replace(/[?/].*$/, '');
    const route = routes[`${request.method} ${path}`];
    if (!route) {
      return json(404, { error: 'no such control route', routes: Object.keys(routes) });
    }
    try {
      return json(200, await route(parseInput(text)));
    } catch (error) {
      return json(400, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

async function moveClock(
  clock: LocalSecretsManager['clock'],
  { advance, now }: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (advance !== undefined) return clock.advance(parseDuration(advance));
  const instant = new Date(String(now));
  if (Number.isNaN(instant.getTime())) throw new TypeError('give advance, such as 30d, or now');
  return clock.set(instant);
}

function parseInput(text: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new TypeError('the body has to be a JSON object');
  }
  return parsed as Readonly<Record<string, unknown>>;
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${name} has to be a text`);
}

function optionalTags(tags: unknown): Readonly<Record<string, string>> | undefined {
  if (tags === undefined) return undefined;
  const isObject = typeof tags === 'object' && tags !== null && !Array.isArray(tags);
  if (isObject && Object.values(tags).every((text) => typeof text === 'string')) {
    return tags as Record<string, string>;
  }
  throw new TypeError('tags has to be an object of strings, such as {"team":"sheep"}');
}

const optional = (name: string, value: unknown) =>
  value === undefined ? {} : { [name]: parseDuration(value) };

const json = (status: number, body: unknown): Reply => ({
  status,
  body: JSON.stringify(body),
  contentType: 'application/json',
});
