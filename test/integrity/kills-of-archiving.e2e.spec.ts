import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgeingShop, AT_ONCE } from '../support/ageing-shop.js';
import { crashAt, describePoint } from '../support/crash-point.js';
import { until } from '../support/until.js';
import { throughDeath } from './kill-case.js';

let shop: AgeingShop;
beforeAll(async () => {
  shop = await AgeingShop.open({ drafts: AT_ONCE, changeSets: AT_ONCE });
});
afterAll(() => shop?.server.stop());

describe('a program that dies while it archives', () => {
  beforeAll(async () => {
    const [imported] = await shop.api.changeSets();
    await shop.untilOld(imported!.changedAt);
    await shop.night();
    await until('nothing old is left', async () => (await shop.api.changeSets()).length === 0);
  });

  const points = [
    crashAt('before', 'append:DraftsArchived'),
    crashAt('after', 'append:DraftsArchived'),
    crashAt('before', 'append:DraftArchived', 2),
    crashAt('after', 'append:DraftArchived', 2),
    crashAt('before', 'append:ChangeSetsArchived'),
    crashAt('after', 'append:ChangeSetsArchived'),
  ];

  it.each(points.map((point) => [describePoint(point), point] as const))(
    '%s is followed by one that ends what it began, once',
    async (_, point) => {
      await shop.untilMorning();
      const drafts = [
        await shop.api.apply('set the stock of sku CASE-1 to 2'),
        await shop.api.apply('set the stock of sku CASE-1 to 3'),
      ];
      // Younger ones would wait for the next night, and one point is passed with the second of them only.
      await shop.untilOld(...drafts.map(({ updatedAt }) => updatedAt));
      const known = new Set((await shop.archives()).map(({ archiveId }) => archiveId));
      await throughDeath(shop.server, point, async () => {
        await shop.night();
      });
      await until('everything old is archived', async () => {
        const all = await Promise.all(drafts.map(({ draftId }) => shop.isArchived(draftId)));
        return all.every(Boolean) && (await shop.api.changeSets()).length === 0;
      });
      // One read model may show it before another does.
      const fresh = await until('all archives are listed', async () => {
        const found = (await shop.archives()).filter(({ archiveId }) => !known.has(archiveId));
        const count = (kind: string) =>
          found.filter((archive) => archive.kind === kind).reduce((sum, archive) => sum + archive.count, 0);
        return count('drafts') >= 2 && count('change_sets') >= 2 ? found : null;
      });
      const held = await Promise.all(
        fresh.map(async (archive) => ({ archive, lines: await shop.opened(archive) })),
      );
      for (const { draftId } of drafts) {
        const holding = held.filter(({ lines }) =>
          lines.some(({ streamId }) => streamId === `draft-${draftId}`),
        );
        expect(holding).toHaveLength(1);
      }
      const changes = held.filter(({ archive }) => archive.kind === 'change_sets');
      expect(changes.flatMap(({ lines }) => lines.map(({ revision }) => revision))).toHaveLength(2);
      const { rows } = await shop.server.data.database.query('SELECT FROM archive_batches');
      expect(rows).toEqual([]);
      await until('the read models are as from the log', async () => (await shop.differences()).length === 0);
    },
  );

  it('leaves no file that no archive names', async () => {
    const named = (await shop.archives()).map(({ archiveId }) => archiveId);
    const { rows } = await shop.server.data.database.query<{ file_id: string }>('SELECT file_id FROM files');
    expect(rows.map(({ file_id }) => file_id).filter((fileId) => !named.includes(fileId))).toEqual([]);
  });
});
