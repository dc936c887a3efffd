/** docker-compose.yml as specs look at it: merged, and with its variables filled in. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const ROOT = new URL('../../', import.meta.url);
export const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

export interface Service {
  image: string;
  build?: string;
  profiles?: string[];
  command?: string[];
  environment?: Record<string, string | number>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { disable?: boolean; test?: string[]; interval?: string; timeout?: string; retries?: number };
  ports?: string[];
  volumes?: string[];
  user?: string;
  privileged?: boolean;
}

export interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
}

export const readCompose = (text = textOf('docker-compose.yml')) => parse(text, { merge: true }) as Compose;

/** `${NAME:-default}` and `${NAME:?why}`, as compose fills them in. */
export function filledIn(value: string | number, given: Record<string, string> = {}): string {
  return String(value).replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind: string, rest: string) => {
      const known = given[name];
      if (known !== undefined) return known;
      if (kind === '-') return rest;
      throw new Error(`${name} must be given`);
    },
  );
}

/** What a service's program finds in its environment. */
export const environmentOf = ({ environment = {} }: Service, given: Record<string, string>) =>
  Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filledIn(value, given)]));
