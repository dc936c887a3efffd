/** A secret value for everything that has one, and a search for them in whatever the program wrote. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SettingKey } from '../../src/platform/config/settings.js';
import type { Database } from '../../src/platform/database/database.js';

const word = () => `cnry${randomBytes(12).toString('hex')}`;
const bytes = () => randomBytes(32).toString('base64');

/** By secret setting: what it is given, and the part of it that must not be seen. */
export function settingCanaries(): Partial<Record<SettingKey, { given: string; secret: string }>> {
  const whole = (given: string) => ({ given, secret: given });
  const [kafka, redis, database, openId] = [word(), word(), word(), word()];
  return {
    DRAFTHORSE_API_KEY: whole(word()),
    LLM_API_KEY: whole(word()),
    TRANSCRIPTION_API_KEY: whole(word()),
    S3_ACCESS_KEY_ID: whole(word()),
    S3_SECRET_ACCESS_KEY: whole(word()),
    PERSONAL_DATA_KEY: whole(bytes()),
    AUDIT_SIGNING_KEY: whole(bytes()),
    OPENID_PROVIDERS: {
      given: JSON.stringify([
        { name: 'elsewhere', issuer: 'http://127.0.0.1:9', clientId: 'shop', clientSecret: openId },
      ]),
      secret: openId,
    },
    KAFKA_SASL_PASSWORD: { given: kafka, secret: kafka },
    REDIS_URL: { given: `redis://:${redis}@127.0.0.1:9/0`, secret: redis },
    DATABASE_URL: { given: `postgres://shop:${database}@127.0.0.1:9/none`, secret: database },
  };
}

/** Says no to everything, and repeats whatever it was sent while it does: keys, signatures, bodies. */
export async function echoServer(): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const echo = `${JSON.stringify(request.headers)} ${Buffer.concat(pieces).toString('latin1').slice(0, 2_000)}`;
      response.writeHead(401, {
        'content-type': 'application/json',
        'x-echo': encodeURIComponent(echo).slice(0, 4_000),
      });
      response.end(
        JSON.stringify({ error: { message: `Incorrect key: ${echo}`, type: 'invalid', code: echo } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Every row of every table of ours and of the job queue, as text. */
export async function everythingStored(database: Database): Promise<string> {
  const { rows: tables } = await database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const dumps: string[] = [];
  for (const { name } of tables) {
    const { rows } = await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    dumps.push(`${name}\n${rows.map(({ row }) => row).join('\n')}`);
  }
  return dumps.join('\n\n');
}

/** As it is, and in the ways in which it might have been written down. */
const formsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('hex'),
  JSON.stringify(secret).slice(1, -1),
];

export interface Leak {
  secret: string;
  where: string;
  around: string;
}

/** Where which of the secrets stands; `secrets` and `texts` by their names. */
export function leaksIn(secrets: Record<string, string>, texts: Record<string, string>): Leak[] {
  return Object.entries(texts).flatMap(([where, text]) =>
    Object.entries(secrets).flatMap(([secret, value]) => {
      const at = formsOf(value)
        .map((form) => text.indexOf(form))
        .find((index) => index !== -1);
      return at === undefined ? [] : [{ secret, where, around: text.slice(Math.max(0, at - 120), at + 20) }];
    }),
  );
}
