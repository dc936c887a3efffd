import { describe, expect, it } from 'vitest';
import { CheckpointSchedule } from './checkpoint-schedule.js';

describe('a chain is due', () => {
  it('after so many links, and not before as many again have come', () => {
    const schedule = new CheckpointSchedule({ links: 3, ms: 1_000 });
    for (let link = 0; link < 2; link += 1) schedule.linked('a', 0);
    schedule.linked('b', 0);
    expect(schedule.due(0)).toEqual([]);
    schedule.linked('a', 0);
    expect(schedule.due(0)).toEqual(['a']);
    expect(schedule.due(0)).toEqual([]);
  });

  it('so long after the first link, however many followed', () => {
    const schedule = new CheckpointSchedule({ links: 100, ms: 1_000 });
    schedule.linked('a', 500);
    schedule.linked('a', 1_400);
    expect(schedule.due(1_499)).toEqual([]);
    expect(schedule.due(1_500)).toEqual(['a']);
    expect(schedule.due(9_999)).toEqual([]);
  });

  it('at once where nobody knows how long it has waited', () => {
    const schedule = new CheckpointSchedule({ links: 100, ms: 1_000 });
    schedule.dueNow('a');
    expect(schedule.due(0)).toEqual(['a']);
  });
});
