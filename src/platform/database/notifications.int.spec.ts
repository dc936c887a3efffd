import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { until } from '../../../test/support/until.js';
import { Notifications, notify } from './notifications.js';

const CHANNEL = 'spec_news';

let test: TestDatabase;
const open: Notifications[] = [];
beforeAll(async () => {
  test = await testDatabase();
});
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));
afterAll(() => test?.drop());

async function listening(): Promise<(string | null)[]> {
  const heard: (string | null)[] = [];
  const notifications = new Notifications(test.url, CHANNEL, (payload) => heard.push(payload));
  open.push(notifications);
  await notifications.listen();
  return heard;
}

it('reach everybody who listens, after they were told that something may have been missed', async () => {
  const [one, two] = [await listening(), await listening()];
  await notify(test.database, CHANNEL, `it's "quoted" \\ and پیام`);
  await until('both have heard', () => one.length > 1 && two.length > 1);
  expect([one, two]).toEqual([
    [null, `it's "quoted" \\ and پیام`],
    [null, `it's "quoted" \\ and پیام`],
  ]);
});

it('are heard again after the connection was lost, and the gap is told', async () => {
  const heard = await listening();
  await test.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`,
    [`drafthorse-${CHANNEL}`],
  );
  await until('it listens again', () => heard.length === 2);
  expect(heard).toEqual([null, null]);
  await notify(test.database, CHANNEL, 'after');
  await until('it hears', () => heard.includes('after'));
});

it('are not waited for where no server is', async () => {
  const heard: (string | null)[] = [];
  const nowhere = new Notifications('postgres://x:x@127.0.0.1:1/x', CHANNEL, (payload) =>
    heard.push(payload),
  );
  await nowhere.listen();
  await nowhere.close();
  expect(heard).toEqual([]);
});
