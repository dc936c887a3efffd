import { describe, expect, it } from 'vitest';
import { draftCreated, NOW, parsed } from '../../../test/support/draft-events.js';
import { evolveDraftView } from './draft-view.js';

describe('the view of a draft', () => {
  it('says in which language and what, once it was read', () => {
    const created = evolveDraftView(null, draftCreated(), NOW);
    expect(created).toMatchObject({ language: null, explanation: null });
    expect(evolveDraftView(created, parsed(), NOW)).toMatchObject({
      language: 'en',
      explanation: parsed().data.explanation,
    });
  });

  it('of an undo says so from the start', () =>
    expect(
      evolveDraftView(null, draftCreated({ language: 'fa', explanation: 'برگرداندن: کاهش قیمت' }), NOW),
    ).toMatchObject({ language: 'fa', explanation: 'برگرداندن: کاهش قیمت' }));
});
