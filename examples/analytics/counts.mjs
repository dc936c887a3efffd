/**
 * From messages to counts. Pure: the state goes in, the next state comes out, and everything that decides whether
 * a message was counted before is part of the state. What is saved together with the counts can therefore be
 * replayed from any earlier point of the topic.
 *
 * @typedef {{ offset: string, position: string }} Place next offset to read, and position of the last event counted
 * @typedef {{ drafts: number, outcomes: Record<string, number>, rowsChanged: number, valueMoved: string }} Counts
 * @typedef {{ version: 1, partitions: Record<string, Place>, hours: Record<string, Record<string, Counts>>,
 *   skipped: { repeated: number, unreadable: number, newerVersion: number } }} State hours → workspaces → counts
 * @typedef {{ topic: string, partition: number, offset: string, value: Buffer | string | null,
 *   headers: Record<string, Buffer | string | undefined> }} Message
 */

/** How a draft, or one turn of it, ended. */
const OUTCOMES = {
  Executed: 'executed',
  Answered: 'answered',
  ClarificationAsked: 'clarified',
  Failed: 'failed',
  Cancelled: 'cancelled',
  Expired: 'expired',
  Undone: 'undone',
};

/** Versions of the schemas in contracts/ that this was written for. */
const VERSIONS = { DraftCreated: 1, ProductsChanged: 1 };

/** @returns {State} */
export const nothingYet = () => ({
  version: 1,
  partitions: {},
  hours: {},
  skipped: { repeated: 0, unreadable: 0, newerVersion: 0 },
});

export const placeOf = ({ topic, partition }) => `${topic}/${partition}`;

/**
 * Counts messages of one partition, in order. The given state is not changed.
 * @param {State} state
 * @param {Message[]} messages
 * @returns {State}
 */
export function countAll(state, messages) {
  const next = structuredClone(state);
  for (const message of messages) countOne(next, message);
  return next;
}

function countOne(state, message) {
  const place = placeOf(message);
  const seen = state.partitions[place] ?? { offset: '0', position: '0' };
  // Read before: the broker, or a restart, went back further than we are.
  if (BigInt(message.offset) < BigInt(seen.offset)) return;
  const offset = String(BigInt(message.offset) + 1n);
  const event = eventOf(message);
  if (!event) {
    state.skipped.unreadable += 1;
    state.partitions[place] = { ...seen, offset };
    return;
  }
  // Sent twice: a relay that was killed sends again what it could not tick off. Positions grow within a partition.
  if (event.position <= BigInt(seen.position)) {
    state.skipped.repeated += 1;
    state.partitions[place] = { ...seen, offset };
    return;
  }
  state.partitions[place] = { offset, position: String(event.position) };
  add(state, event);
}

function add(state, { type, version, workspaceId, time, data }) {
  const isKnown = type in OUTCOMES || type in VERSIONS;
  if (!isKnown) return;
  if (version > (VERSIONS[type] ?? 1)) {
    state.skipped.newerVersion += 1;
    return;
  }
  const counts = countsOf(state, `${time.slice(0, 13)}:00:00.000Z`, workspaceId);
  if (type === 'DraftCreated') counts.drafts += 1;
  if (type in OUTCOMES) counts.outcomes[OUTCOMES[type]] = (counts.outcomes[OUTCOMES[type]] ?? 0) + 1;
  // Imports are the supplier's doing, not a draft's, an undo's or a person's.
  if (type === 'ProductsChanged' && data.origin.kind !== 'import') {
    counts.rowsChanged += data.changes.length;
    const moved = data.changes.reduce((sum, change) => sum + centsMoved(change), cents(counts.valueMoved));
    counts.valueMoved = money(moved);
  }
}

function countsOf(state, hour, workspaceId) {
  const workspaces = (state.hours[hour] ??= {});
  return (workspaces[workspaceId] ??= { drafts: 0, outcomes: {}, rowsChanged: 0, valueMoved: '0.00' });
}

/** |price after − price before| of an update; prices have exactly two decimals, so cents are exact. */
function centsMoved({ op, before, after }) {
  if (op !== 'update' || typeof before?.price !== 'string' || typeof after?.price !== 'string') return 0n;
  const moved = cents(after.price) - cents(before.price);
  return moved < 0n ? -moved : moved;
}

const cents = (price) => BigInt(price.replace('.', ''));
const money = (sum) => `${sum / 100n}.${String(sum % 100n).padStart(2, '0')}`;

/** Null: not an event as contracts/ describes it. */
function eventOf({ value, headers }) {
  try {
    const header = (name) => {
      if (headers[name] === undefined) throw new Error(`no header ${name}`);
      return headers[name].toString();
    };
    return {
      type: header('ce_type'),
      version: Number(header('drafthorse-schema-version')),
      workspaceId: header('drafthorse-workspace-id'),
      time: new Date(header('ce_time')).toISOString(),
      position: BigInt(header('drafthorse-position')),
      data: JSON.parse(value.toString()),
    };
  } catch {
    return null;
  }
}
